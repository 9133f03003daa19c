/** The socket with its events typed. One connection an app; the cookie says who it is. */
import { io, type Socket } from 'socket.io-client';
import type { Collection, Production, Video } from '../api/types';

export interface VideoUpdate {
  video_id: string;
  updates: Video | { deleted: true };
  seq: number;
  space_id: string;
}

export interface CollectionUpdate {
  collection_id: string;
  updates: Collection | { deleted: true };
  seq: number;
  space_id: string;
}

export interface ProductionUpdate {
  production_id: string;
  updates: Production | { deleted: true };
  seq: number;
  space_id: string;
}

export interface QueueUpdate {
  running: number;
  waiting: number;
  paused: boolean;
}

export interface ServerEvents {
  ready: (message: { seq: number }) => void;
  resync: (message: { seq: number }) => void;
  video_update: (message: VideoUpdate) => void;
  collection_update: (message: CollectionUpdate) => void;
  production_update: (message: ProductionUpdate) => void;
  queue_update: (message: QueueUpdate) => void;
}

export interface ClientEvents {
  resume: (message: { since: number }, ack: (answer: { seq: number; count: number }) => void) => void;
  request_video_status: (message: { video_id: string }, ack?: (answer: unknown) => void) => void;
}

export type LiveSocket = Socket<ServerEvents, ClientEvents>;

/** Opens nothing yet: call `connect()` on it. */
export function createSocket(): LiveSocket {
  return io({
    path: '/socket.io',
    autoConnect: false,
    withCredentials: true,
    transports: ['websocket', 'polling'],
    tryAllTransports: true,
    reconnectionDelay: 400,
    reconnectionDelayMax: 4000,
    randomizationFactor: 0.4,
    timeout: 8000,
  });
}
