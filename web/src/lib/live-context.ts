/** Hands the live connection to pages, which put the answers of their own requests in through it. */
import { getContext, setContext } from 'svelte';
import type { Live } from '../live/live.svelte';

const KEY = Symbol('live');

export const provideLive = (live: Live): Live => setContext(KEY, live);
/** Call it while a component is being set up. */
export const useLive = (): Live => getContext<Live>(KEY);
