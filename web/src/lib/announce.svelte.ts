/** What a screen reader should say without the focus moving: milestones such as "RX-0412 is done". */

class Announcer {
  text = $state('');

  #odd = false;

  /** The same words twice are said twice: a no-break space at the end makes them differ. */
  say(text: string): void {
    this.#odd = !this.#odd;
    this.text = this.#odd ? text : `${text}\u00a0`;
  }
}

export const announcer = new Announcer();
export const announce = (text: string): void => announcer.say(text);
