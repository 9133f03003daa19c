/** The only place that names the shapes of the API. Everything else imports them from here. */

export type VideoStatus = 'queued' | 'in_progress' | 'completed' | 'failed' | 'cancelled';
export type VideoStage =
  | 'waiting'
  | 'submitting'
  | 'generating'
  | 'downloading'
  | 'finishing'
  | 'unknown'
  | 'completed'
  | 'failed'
  | 'cancelled';
export type VideoKind = 'text' | 'image' | 'remix';
export type Charged = 'yes' | 'no' | 'unknown';

/** A range in seconds. */
export interface Range {
  low: number;
  high: number;
}

export interface VideoError {
  code: string;
  message: string;
  retryable: boolean;
  charged: Charged;
}

export interface Spritesheet {
  columns: number;
  rows: number;
  count: number;
  frame_width: number;
  frame_height: number;
  interval: number;
}

export interface Video {
  id: string;
  number: number;
  code: string;
  user_id: string;
  space_id: string;
  openai_video_id: string | null;
  provider_video_id: string | null;
  prompt: string;
  title: string | null;
  tags: string[];
  favourite: boolean;
  is_published: boolean;
  model: string;
  provider: string;
  served_by: { provider: string; model: string };
  kind: VideoKind;
  size: string;
  seconds: string;
  seed: number | null;
  priority: number;
  status: VideoStatus;
  stage: VideoStage;
  progress: number;
  progress_known: boolean;
  needs_attention: boolean;
  created_at: number;
  updated_at: number;
  started_at: number | null;
  completed_at: number | null;
  trashed_at: number | null;
  attempts: number;
  error: VideoError | null;
  remixed_from_video_id: string | null;
  lineage: { root_id: string; parent_id: string | null };
  reference: { asset_id: string; role: string; url: string } | null;
  eta: Range | null;
  cost_estimate: number | null;
  cost_actual: number | null;
  duration: number | null;
  width: number | null;
  height: number | null;
  fps: number | null;
  file_size: number | null;
  file_path: string | null;
  content_url: string | null;
  thumbnail_url: string | null;
  spritesheet_url: string | null;
  spritesheet: Spritesheet | null;
  seq: number;
}

export interface VideoPage {
  videos: Video[];
  limit: number;
  offset: number;
  next_cursor: string | null;
  seq: number;
}

export type QueuedVideo = Video & { position: number | null };

export interface Queue {
  running: QueuedVideo[];
  waiting: QueuedVideo[];
  counts: { running: number; waiting: number; failed: number; done: number };
  paused: boolean;
  others: { running: number; waiting: number };
}

export interface Lineage {
  root_id: string;
  videos: Video[];
}

export interface CancelCost {
  can_cancel: boolean;
  charged: Charged;
  message: string;
  amount: number | null;
}

export interface Model {
  id: string;
  name: string;
  provider: string;
  label: string;
  description: string;
  embedded: boolean;
  sizes: string[];
  size_rule: { min: number; max: number; step: number } | null;
  seconds: { min: number; max: number } | null;
  seconds_values: string[] | null;
  default_size: string;
  default_seconds: string;
  image_input: boolean;
  remix: boolean;
  cancel: 'free' | 'charged' | 'none';
  price_per_second: number | null;
  resubmit_safe: boolean;
}

export interface Models {
  models: Model[];
  default: string;
}

export interface Provider {
  id: string;
  kind: string;
  name: string;
  models: string[];
  health: 'ok' | 'down' | 'unknown';
  circuit: 'closed' | 'open' | 'half_open';
  concurrency: number;
  running: number;
  waiting: number;
  paused: boolean;
  retry_at: number | null;
}

export interface Studio {
  name: string;
  version: string;
  demo: boolean;
  registration: 'invite' | 'open' | 'closed';
  password_min_length: number;
  default_video_model: string;
  first_run: boolean;
}

export interface User {
  id: string;
  username: string;
  email: string | null;
  display_name: string | null;
  role: 'admin' | 'member';
  must_change_password: boolean;
  created_at: number;
  avatar_url: string | null;
  space_id: string;
}

export interface Me {
  user: User;
  session_id: string | null;
}

export interface SignedIn {
  token: string;
  refresh_token: string;
  expires_in: number;
  user: User;
}

export interface Session {
  id: string;
  current: boolean;
  created_at: number;
  last_seen_at: number;
  address: string | null;
  user_agent: string | null;
}

/** What the library asks for; every field is optional and absent means "all". */
export interface VideoFilter {
  status?: string;
  q?: string;
  tag?: string;
  favourite?: boolean;
  sort?: 'new' | 'old';
  after?: number;
  before?: number;
  provider?: string;
  model?: string;
  kind?: VideoKind;
}

export interface NewVideo {
  prompt: string;
  model?: string;
  provider?: string;
  size?: string;
  seconds?: string;
  n?: number;
  priority?: number;
  title?: string;
  tags?: string[];
  seed?: number;
  max_cost_usd?: number;
  /** An image file to start from: sent as multipart. */
  input_reference?: File;
}

export interface Remix {
  prompt: string;
  seconds?: string;
  size?: string;
  model?: string;
}

export interface VideoChanges {
  title?: string | null;
  tags?: string[];
  favourite?: boolean;
  is_published?: boolean;
}

export interface ErrorBody {
  success: false;
  error: string;
  code: string;
  details?: Record<string, unknown>;
}
