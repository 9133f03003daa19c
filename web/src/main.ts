/**
 * The web app.
 *
 * How it is built, from the bottom up; each layer knows only those above it in this list:
 *
 *   api/         types.ts names every shape; client.ts is the one way to the server and throws ApiError; the other
 *                files are functions, one per request. No state.
 *   live/        merge.ts and position.ts say, purely, how a change enters what is here; live.svelte.ts connects
 *                and puts changes into the cache.
 *   lib/         router, urls, queries (the cache's keys and options), messages, errors, format, shortcuts, theme…
 *   messages/    every sentence on the screen, a file a page, merged and typed by lib/messages.ts.
 *   components/  markup with props: buttons, fields, dialogs, the shell. They fetch nothing.
 *   features/    parts of one page each; pages/ one file an address, loaded when first opened.
 *
 * Server state lives in one place, the query cache. A request's answer is put in with `useLive().apply(video)`, the
 * way by which everybody else's changes come too, so the acting window and the others cannot disagree.
 */
import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import './styles/index.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { createQueryClient } from './lib/query-client';

const target = document.querySelector('#app');
if (target === null) throw new Error('index.html has no #app');
mount(App, { target, props: { client: createQueryClient() } });
