/** How a scene is moved: dragged by its handle, or by so many places with Alt and the arrow keys. */
import type { Attachment } from 'svelte/attachments';

export interface Mover {
  /** The pointer is at `y` in the window. */
  drag: (y: number) => void;
  drop: () => void;
  step: (by: number) => void;
}

const STEPS: Record<string, number> = { ArrowUp: -1, ArrowDown: 1, Home: -1e6, End: 1e6 };

/** Makes a button a handle. */
export const grips =
  (mover: Mover): Attachment<HTMLElement> =>
  (handle) => {
    const keydown = (event: KeyboardEvent): void => {
      const by = STEPS[event.key];
      if (by === undefined || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      event.stopPropagation();
      mover.step(by);
    };
    // The scene itself moves in the document meanwhile, so nothing can be captured by it: the window listens.
    const pointerdown = (event: PointerEvent): void => {
      if (event.button !== 0) return;
      const { pointerId } = event;
      const listening = new AbortController();
      const { signal } = listening;
      event.preventDefault();
      handle.focus();
      const own = (then: (event: PointerEvent) => void) => (moved: PointerEvent) => {
        if (moved.pointerId === pointerId) then(moved);
      };
      const end = own(() => {
        listening.abort();
        mover.drop();
      });
      window.addEventListener(
        'pointermove',
        own((moved) => mover.drag(moved.clientY)),
        { signal },
      );
      window.addEventListener('pointerup', end, { signal });
      window.addEventListener('pointercancel', end, { signal });
    };
    handle.addEventListener('keydown', keydown);
    handle.addEventListener('pointerdown', pointerdown);
    return () => {
      handle.removeEventListener('keydown', keydown);
      handle.removeEventListener('pointerdown', pointerdown);
    };
  };
