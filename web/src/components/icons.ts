/** The icons: 24-px outlines, 1.6 px thick, drawn for this app. Each is the inside of an <svg>. */
export const icons = {
  create: '<path d="M12 5v14M5 12h14"/>',
  queue: '<path d="M4 6h16M4 12h10M4 18h6"/><path d="m17 13 4 3-4 3z" fill="currentColor"/>',
  library:
    '<rect x="3.5" y="4.5" width="7" height="5"/><rect x="13.5" y="4.5" width="7" height="9"/><rect x="3.5" y="12.5" width="7" height="7"/><path d="M13.5 16.5h7v3h-7z"/>',
  production:
    '<path d="M3.5 10.500h17v9h-17zM3.500 10.500 3 6.800 19.400 4.300l.600 3.700zM7.500 6.200l2 3.200M12.500 5.400l2 3.200"/>',
  lock: '<rect x="5.5" y="10.5" width="13" height="9"/><path d="M8.5 10.500v-3a3.500 3.500 0 0 1 7 0v3"/>',
  unlock:
    '<rect x="5.5" y="10.5" width="13" height="9"/><path d="M8.5 10.500v-3a3.500 3.500 0 0 1 6.800-1.200"/>',
  captions: '<rect x="3.5" y="5.5" width="17" height="13"/><path d="M7 14.500h4M13 14.500h4M7 11h10"/>',
  microphone:
    '<rect x="9" y="3.500" width="6" height="10" rx="3"/><path d="M5.5 11.500a6.5 6.5 0 0 0 13 0M12 18v3"/>',
  circled: '<circle cx="12" cy="12" r="8.500"/><circle cx="12" cy="12" r="3.500" fill="currentColor"/>',
  scissors:
    '<circle cx="6.5" cy="7" r="2.500"/><circle cx="6.5" cy="17" r="2.500"/><path d="m8.700 8.200 11 8.300M8.700 15.800l11-8.300"/>',
  assets: '<path d="M4 13.500 6.500 5h11l2.500 8.500v6H4zM4 13.500h5l1.200 2.500h3.600l1.200-2.500h5"/>',
  upload: '<path d="M12 15.500v-11M7.5 9 12 4.500 16.5 9M5 19.500h14"/>',
  sound:
    '<path d="M9 17V5.500l10-2V15"/><circle cx="6.5" cy="17" r="2.500"/><circle cx="16.5" cy="15" r="2.500"/>',
  settings:
    '<path d="M4 7h9M17 7h3M4 17h3M11 17h9"/><circle cx="15" cy="7" r="2"/><circle cx="9" cy="17" r="2"/>',
  user: '<circle cx="12" cy="8.5" r="3.5"/><path d="M5 20c.6-3.6 3.4-5.5 7-5.5s6.4 1.9 7 5.5"/>',
  close: '<path d="m6 6 12 12M18 6 6 18"/>',
  check: '<path d="m5 12.5 4.5 4.5L19 7"/>',
  play: '<path d="m8 5 11 7-11 7z" fill="currentColor"/>',
  pause: '<path d="M8.5 5.5v13M15.5 5.5v13" stroke-width="3"/>',
  loop: '<path d="M17 3l3 3-3 3"/><path d="M20 6H8a4 4 0 0 0-4 4v1M7 21l-3-3 3-3"/><path d="M4 18h12a4 4 0 0 0 4-4v-1"/>',
  remix:
    '<path d="M4 7h4l8 10h4M4 17h4l2.4-3M13.6 10 16 7h4"/><path d="m17.5 4.5 2.5 2.5-2.5 2.5M17.5 14.5 20 17l-2.5 2.5"/>',
  retry: '<path d="M19.5 12a7.5 7.5 0 1 1-2.2-5.3L20 9.4"/><path d="M20 4.4v5h-5"/>',
  trash: '<path d="M4 6.5h16M9.5 6.5v-3h5v3M6 6.5l1 14h10l1-14M10 10.5v6M14 10.5v6"/>',
  restore: '<path d="M4.5 12a7.5 7.5 0 1 0 2.2-5.3L4 9.4"/><path d="M4 4.4v5h5"/>',
  download: '<path d="M12 4v11M7.5 11 12 15.5 16.5 11M5 19.5h14"/>',
  copy: '<rect x="8.5" y="8.5" width="11" height="11"/><path d="M15.5 8.5v-4h-11v11h4"/>',
  link: '<path d="M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.300l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.700l1-1"/>',
  search: '<circle cx="10.5" cy="10.5" r="6"/><path d="m15 15 5 5"/>',
  filter: '<path d="M4 6h16M7 12h10M10 18h4"/>',
  heart:
    '<path d="M12 20s-7.5-4.6-7.5-10A4.3 4.3 0 0 1 12 7.3 4.3 4.3 0 0 1 19.5 10C19.5 15.4 12 20 12 20z"/>',
  'heart-full':
    '<path d="M12 20s-7.5-4.6-7.5-10A4.3 4.3 0 0 1 12 7.3 4.3 4.3 0 0 1 19.5 10C19.5 15.4 12 20 12 20z" fill="currentColor"/>',
  collection: '<rect x="3.5" y="9.5" width="17" height="10"/><path d="M5.5 6.500h13M8 3.500h8"/>',
  'collection-out': '<path d="M20.5 12V9.500h-17v10H12M5.5 6.500h13M8 3.500h8M15 17h6"/>',
  tag: '<path d="M4 4h8l8 8-8 8-8-8z"/><circle cx="8.5" cy="8.5" r="1.2"/>',
  edit: '<path d="M4 20h4L19.5 8.500l-4-4L4 16zM13 7l4 4"/>',
  grip: '<path d="M9 6h.01M15 6h.01M9 12h.01M15 12h.01M9 18h.01M15 18h.01" stroke-width="2.500"/>',
  more: '<g fill="currentColor" stroke="none"><circle cx="5.5" cy="12" r="1.6"/><circle cx="12" cy="12" r="1.6"/><circle cx="18.5" cy="12" r="1.6"/></g>',
  'chevron-down': '<path d="m6.5 9.5 5.5 5.5 5.5-5.5"/>',
  'chevron-left': '<path d="M14.5 6.5 9 12l5.5 5.5"/>',
  'chevron-right': '<path d="M9.5 6.5 15 12l-5.5 5.5"/>',
  'arrow-left': '<path d="M19 12H5M10.5 6.5 5 12l5.5 5.5"/>',
  'arrow-up': '<path d="M12 19V5M6.5 10.5 12 5l5.5 5.5"/>',
  'arrow-down': '<path d="M12 5v14M6.5 13.5 12 19l5.5-5.5"/>',
  image:
    '<rect x="3.5" y="4.5" width="17" height="15"/><circle cx="8.5" cy="9.5" r="1.5"/><path d="m4 17.5 5-4.5 3.5 3 3.5-4 4.5 4.5"/>',
  video: '<rect x="3.5" y="5.5" width="17" height="13"/><path d="m10 9 5 3-5 3z" fill="currentColor"/>',
  warning: '<path d="M12 4 21 19.500H3z"/><path d="M12 10v4.500M12 17v.3"/>',
  info: '<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5.500M12 7.700v.3"/>',
  offline:
    '<path d="M4 4l16 16M8.5 15.500a5 5 0 0 1 5-1.200M5.3 12.300a9.5 9.5 0 0 1 3.9-2.400M13 9.100a9.5 9.5 0 0 1 5.7 3.200M12 19v.3"/>',
  eye: '<path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z"/><circle cx="12" cy="12" r="2.8"/>',
  'eye-off':
    '<path d="M4 4l16 16M9.5 6c.8-.3 1.6-.5 2.5-.5 6 0 9.5 6.5 9.5 6.500a16 16 0 0 1-3 3.700M6 8a15.5 15.5 0 0 0-3.5 4S6 18.5 12 18.500c1.5 0 2.8-.4 4-1"/>',
  compare: '<path d="M12 3v18M3.5 6.500H9v11H3.500zM15 6.500h5.500v11H15z"/>',
  keyboard:
    '<rect x="2.5" y="6.5" width="19" height="11"/><path d="M6 10h.300M10 10h.300M14 10h.300M18 10h.300M7.5 14h9"/>',
  'sign-out': '<path d="M10 4.500H5v15h5M15 8l4 4-4 4M19 12H9.5"/>',
  book: '<path d="M5 4.500h12a2 2 0 0 1 2 2v13H7a2 2 0 0 1-2-2zM5 17.500a2 2 0 0 1 2-2h12M9 8.500h6"/>',
  chart: '<path d="M4 20h16M6.5 16.500v-4M12 16.500v-11M17.5 16.500v-7" stroke-width="2.200"/>',
  laptop: '<rect x="5" y="5.5" width="14" height="10"/><path d="M2.5 18.500h19"/>',
  phone: '<rect x="7" y="3" width="10" height="18" rx="1.5"/><path d="M11 17.800h2"/>',
  terminal: '<rect x="3.5" y="4.5" width="17" height="15"/><path d="m7.5 9.5 3 2.5-3 2.500M12.5 15h4"/>',
  moon: '<path d="M19.5 14.500A8 8 0 0 1 9.5 4.500a8 8 0 1 0 10 10z"/>',
  sun: '<circle cx="12" cy="12" r="3.8"/><path d="M12 3v2.200M12 18.800V21M3 12h2.200M18.8 12H21M5.6 5.600l1.6 1.600M16.8 16.800l1.6 1.600M18.4 5.600l-1.6 1.600M7.2 16.800l-1.6 1.6"/>',
  'step-back': '<path d="M6.5 5.500v13M18 5.5 9.5 12l8.5 6.500z"/>',
  'step-forward': '<path d="M17.5 5.500v13M6 5.500l8.5 6.500L6 18.500z"/>',
  fullscreen: '<path d="M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5"/>',
  volume:
    '<path d="M4 9.500v5h3.500L12 18.500v-13L7.5 9.500zM15.5 9a4.5 4.5 0 0 1 0 6M18 6.500a8 8 0 0 1 0 11"/>',
  mute: '<path d="M4 9.500v5h3.500L12 18.500v-13L7.5 9.500zM16 9.500l5 5M21 9.500l-5 5"/>',
} as const satisfies Record<string, string>;

export type IconName = keyof typeof icons;
