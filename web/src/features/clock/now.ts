/** The present second as state, for elapsed times that tick. It runs only while something shows it. */
import { createSubscriber } from 'svelte/reactivity';

const subscribe = createSubscriber((update) => {
  const timer = setInterval(update, 1000);
  return () => clearInterval(timer);
});

/** Unix seconds; what reads it in markup or an effect is run again each second. */
export function now(): number {
  subscribe();
  return Date.now() / 1000;
}
