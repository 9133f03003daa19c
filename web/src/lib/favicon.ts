/** The tab's icon: at rest one frame is lit; while one's own videos run, the film advances. */

const AT_REST = '/favicon.svg';
const RUNNING = ['/favicon-run-1.svg', '/favicon-run-2.svg', '/favicon-run-3.svg'];
const FRAME = 900;

/** Advances the film until the answer is called, which puts the resting icon back. */
export function runFavicon(): () => void {
  const link = document.querySelector<HTMLLinkElement>('#favicon');
  if (link === null) return () => undefined;
  let frame = 0;
  const advance = (): void => {
    link.href = RUNNING[frame % RUNNING.length] ?? AT_REST;
    frame += 1;
  };
  advance();
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const timer = still ? undefined : setInterval(advance, FRAME);
  return () => {
    clearInterval(timer);
    link.href = AT_REST;
  };
}
