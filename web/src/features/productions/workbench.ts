/** What the parts of one production's page share: what can be done, what is being written, what is playing. */
import { getContext, setContext } from 'svelte';
import type { Quality } from '../../api/types';
import type { ProductionActions } from './actions.svelte';
import type { Drafts } from './draft.svelte';
import type { Playback } from './playback.svelte';

export interface Workbench {
  readonly id: string;
  readonly actions: ProductionActions;
  readonly drafts: Drafts;
  readonly playback: Playback;
  /** How well the next thing is made. */
  quality: Quality;
  /** Asks first where that is wanted, then does it. `cost` is in USD, null where nobody knows. */
  spend: (cost: number | null, run: () => void) => void;
}

const KEY = Symbol('workbench');

export const provideWorkbench = (bench: Workbench): Workbench => setContext(KEY, bench);
/** Call it while a component is being set up. */
export const useWorkbench = (): Workbench => getContext<Workbench>(KEY);
