// The WebSocket client of seed 002 as documented, with the real socket.io-client from npm.
//
//   node live_client.mjs <path of socket.io-client> <url> <token> <video id>
//
// Writes one line of JSON for each thing that happens: {"event": …, "data": …}. It asks for the video's status
// once it is connected, and ends when the video is finished, when it is refused, or when its input ends.

import { pathToFileURL } from 'node:url';

const [, , library, url, token, videoId] = process.argv;
const { io } = await import(pathToFileURL(library).href);
const say = (event, data) => process.stdout.write(JSON.stringify({ event, data }) + '\n');

const socket = io(url, { auth: { token }, reconnection: false });

socket.on('connect', () => {
  say('connect', null);
  if (videoId) socket.emit('request_video_status', { video_id: videoId });
});

socket.on('ready', (data) => say('ready', data));

socket.on('video_update', (data) => {
  say('video_update', data);
  if (['completed', 'failed', 'cancelled'].includes(data.updates.status)) socket.disconnect();
});

socket.on('connect_error', (error) => {
  say('connect_error', { message: error.message, data: error.data ?? null });
  socket.disconnect();
  process.exit(0);
});

socket.on('disconnect', (reason) => {
  say('disconnect', reason);
  process.exit(0);
});

process.stdin.on('end', () => process.exit(0)).resume();
