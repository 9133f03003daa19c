/**
 * What can be done to one production. Requests go one after another, and each scene is named by the number that it has
 * when its turn comes: somebody who writes, moves and inserts quickly must not change the wrong scene. Answers enter by
 * the way that everybody else's changes come; failures are said and stay.
 */
import { useQueryClient } from '@tanstack/svelte-query';
import * as api from '../../api/productions';
import type {
  NewScene,
  Production,
  ProductionChanges,
  Run,
  Scene,
  SceneChanges,
  SceneStage,
} from '../../api/types';
import { wording } from '../../lib/errors';
import { useLive } from '../../lib/live-context';
import { t } from '../../lib/messages';
import { keys } from '../../lib/queries';
import { toasts } from '../../lib/toasts.svelte';
import { InTurn } from './in-turn';

type Making = Parameters<typeof api.makeStep>[3];

export interface ProductionActions {
  readonly isBusy: boolean;
  /** Raises what was refused: whoever writes wants to see it where they write. */
  save: (changes: ProductionChanges) => Promise<void>;
  saveScene: (scene: string, changes: SceneChanges) => Promise<void>;
  run: (wanted: Run) => Promise<boolean>;
  stop: () => Promise<boolean>;
  preview: () => Promise<boolean>;
  remove: () => Promise<boolean>;
  changeScene: (scene: string, changes: SceneChanges) => Promise<boolean>;
  insert: (after: string | null, wanted?: Omit<NewScene, 'after'>) => Promise<Scene | null>;
  removeScene: (scene: Scene) => Promise<boolean>;
  reorder: (ids: readonly string[]) => Promise<boolean>;
  make: (scene: string, stage: SceneStage, wanted: Making) => Promise<boolean>;
  trim: (
    scene: string,
    video: string,
    points: { in?: number | null; out?: number | null },
  ) => Promise<boolean>;
  circle: (scene: string, video: string) => Promise<boolean>;
}

/** Call it while a component is being set up. */
export function useProduction(id: () => string): ProductionActions {
  const live = useLive();
  const client = useQueryClient();
  const turns = new InTurn();
  let busy = $state(0);

  const here = (): Production | undefined => client.getQueryData<Production>(keys.production(id()));

  /** The number that a scene has now. Raises what the server says of one that is gone. */
  const number = (scene: string): number => here()?.scenes.find((each) => each.id === scene)?.number ?? 0;

  async function ask(send: () => Promise<Production>): Promise<Production> {
    busy += 1;
    try {
      const answer = await turns.take(send);
      live.applyProduction(answer);
      return answer;
    } finally {
      busy -= 1;
    }
  }

  async function told(send: () => Promise<Production>): Promise<Production | null> {
    try {
      return await ask(send);
    } catch (error) {
      const { text, hint } = wording(error);
      toasts.failure(text, { hint });
      return null;
    }
  }

  const done = async (send: () => Promise<Production>): Promise<boolean> => (await told(send)) !== null;

  /** What may have spent something. */
  async function spent(send: () => Promise<Production>): Promise<boolean> {
    const isDone = await done(send);
    void client.invalidateQueries({ queryKey: keys.budget });
    return isDone;
  }

  async function insert(after: string | null, wanted: Omit<NewScene, 'after'> = {}): Promise<Scene | null> {
    let at = 0;
    const answer = await told(() => {
      at = after === null ? 0 : number(after);
      return api.insertScene(id(), { ...wanted, after: at });
    });
    return answer?.scenes[at] ?? null;
  }

  /** Its words and its files come back; what was made of it before counts as one's own then. */
  async function bringBack(scene: Scene): Promise<void> {
    const before = here()?.scenes.findLast((each) => each.number < scene.number);
    const { narration, frame_prompt, motion_prompt, seconds } = scene;
    const back = await insert(before?.id ?? null, { narration, frame_prompt, motion_prompt, seconds });
    if (back === null) return;
    const { voice_name: voice, speed, fit, clip_audio } = scene;
    await done(() => api.changeScene(id(), number(back.id), { voice, speed, fit, clip_audio }));
    const files: [SceneStage, Making][] = [];
    if (scene.frame.asset_id) files.push(['frames', { asset_id: scene.frame.asset_id }]);
    if (scene.voice.asset_id) files.push(['voices', { asset_id: scene.voice.asset_id }]);
    // The circled one last: whatever is taken is circled.
    for (const take of [...scene.takes].sort((a, b) => Number(a.circled) - Number(b.circled))) {
      if (take.url !== null) files.push(['clips', { video_id: take.video_id }]);
    }
    for (const [stage, file] of files) await done(() => api.makeStep(id(), number(back.id), stage, file));
  }

  return {
    get isBusy() {
      return busy > 0;
    },
    async save(changes) {
      await ask(() => api.change(id(), changes));
    },
    async saveScene(scene, changes) {
      await ask(() => api.changeScene(id(), number(scene), changes));
    },
    run: (wanted) => spent(() => api.run(id(), wanted)),
    stop: () => spent(() => api.cancel(id())),
    preview: () => done(() => api.preview(id())),
    async remove() {
      try {
        await turns.take(() => api.remove(id()));
        live.removeProduction(id());
        return true;
      } catch (error) {
        const { text, hint } = wording(error);
        toasts.failure(text, { hint });
        return false;
      }
    },
    changeScene: (scene, changes) => done(() => api.changeScene(id(), number(scene), changes)),
    insert,
    async removeScene(scene) {
      const isDone = await done(() => api.removeScene(id(), number(scene.id)));
      if (isDone) {
        const action = { label: t('action.undo'), run: () => void bringBack(scene) };
        toasts.info(t('productions.scene.deleted', { n: scene.number }), { action });
      }
      return isDone;
    },
    reorder: (ids) => done(() => api.reorder(id(), ids.map(number))),
    make: (scene, stage, wanted) => spent(() => api.makeStep(id(), number(scene), stage, wanted)),
    trim: (scene, video, points) => done(() => api.trimTake(id(), number(scene), video, points)),
    circle: (scene, video) => done(() => api.circleTake(id(), number(scene), video)),
  };
}
