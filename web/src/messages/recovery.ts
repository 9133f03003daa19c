/** What the recovery inbox says: a job of which nobody knows. Keys begin with `recovery.`. */
export const recovery = {
  'recovery.decide': 'Decide',
  'recovery.decideOn': 'Decide about {code}',
  'recovery.title': 'What became of {code}?',
  'recovery.why':
    'It was handed to {provider}, which never answered and does not list it. It may be in the making, and paid for.',
  'recovery.cost': 'It would cost about {cost}.',
  'recovery.over': 'It is known by now: there is nothing left to decide.',
  'recovery.check': 'Check the provider',
  'recovery.check.text': 'Looks for it among the provider’s jobs once more. Costs nothing.',
  'recovery.check.nothing': 'The provider still does not list it.',
  'recovery.attach.id': 'Id at the provider',
  'recovery.attach.text': 'You see it in the provider’s own console? Its id is enough.',
  'recovery.attach.do': 'Fetch',
  'recovery.resubmit': 'Try again, may charge twice',
  'recovery.resubmit.cost': 'Try again, may charge twice (~{cost})',
  'recovery.resubmit.text': 'Submits it as a new job. If the first one was made, both are paid for.',
  'recovery.writeOff': 'Give up',
  'recovery.writeOff.text': 'It counts as failed, and can be tried again later.',
} as const;
