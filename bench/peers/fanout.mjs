// The usual back end's way to tell a thousand sockets: socket.io on Node. Driven like bench/fanout_server.py.
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { Server } from 'socket.io';

const http = createServer();
const io = new Server(http, { perMessageDeflate: false, transports: ['websocket'] });
let connected = 0;
io.on('connection', (socket) => {
  socket.join('room');
  connected += 1;
});

const now = () => Number(process.hrtime.bigint());
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

createInterface({ input: process.stdin }).on('line', async (line) => {
  const { count, pause, video } = JSON.parse(line);
  for (let n = 0; n < count; n += 1) {
    io.to('room').emit('video_update', { at: now(), ...video });
    await (pause ? sleep(pause * 1000) : new Promise(setImmediate));
  }
});

http.listen(0, '127.0.0.1', () => console.log(http.address().port));
