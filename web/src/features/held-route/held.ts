/**
 * A page stays on the screen while the next one is being loaded. Until then it must go on reading its own address:
 * with the next one's it would show another list, or ask for a video without an id.
 */
import { router, type Route, type RouteName } from '../../lib/router.svelte';

/** The address of the page of this name as it last was; read it in markup, `$derived` or an effect. */
export function heldRoute(name: RouteName): () => Route {
  let last = router.route;
  return () => {
    if (router.route.name === name) last = router.route;
    return last;
  };
}
