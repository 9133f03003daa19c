// The usual shape of such back ends: Express, jsonwebtoken and sql.js, over a copy of the studio's own database.
//     node rest.mjs DATABASE SECRET      prints the port
import { readFileSync } from 'node:fs';
import express from 'express';
import jwt from 'jsonwebtoken';
import initSqlJs from 'sql.js';

const [path, secret] = process.argv.slice(2);
const SQL = await initSqlJs();
const database = new SQL.Database(readFileSync(path));
const single = database.prepare(
  'SELECT * FROM videos WHERE id = ? AND purged_at IS NULL AND space_id IN (SELECT space_id FROM space_members WHERE user_id = ?)',
);
const page = database.prepare(
  'SELECT * FROM videos WHERE space_id = (SELECT space_id FROM space_members WHERE personal_of = ?)' +
    ' AND purged_at IS NULL AND trashed_at IS NULL ORDER BY created_at DESC, id DESC LIMIT ?',
);

const app = express();
app.disable('x-powered-by');
app.use((request, response, next) => {
  try {
    const token = (request.headers.authorization ?? '').replace(/^Bearer /, '');
    request.user = jwt.verify(token, secret, { algorithms: ['HS256'] }).sub;
    next();
  } catch {
    response.status(401).json({ success: false, error: 'Sign in first.', code: 'unauthorized' });
  }
});
app.get('/api/videos', (request, response) => {
  const limit = Number(request.query.limit ?? 50);
  const rows = all(page, [request.user, limit + 1]);
  const next = rows.length > limit ? cursor(rows[limit - 1]) : null;
  response.json({ videos: rows.slice(0, limit).map(view), limit, offset: 0, next_cursor: next });
});
app.get('/api/videos/:id', (request, response) => {
  const [row] = all(single, [request.params.id, request.user]);
  if (row === undefined) response.status(404).json({ success: false, error: 'There is no such video.' });
  else response.json(view(row));
});
const server = app.listen(0, '127.0.0.1', () => console.log(server.address().port));

function all(statement, values) {
  statement.bind(values);
  const rows = [];
  while (statement.step()) rows.push(statement.getAsObject());
  statement.reset();
  return rows;
}

function cursor(row) {
  return Buffer.from(`${row.created_at} ${row.id}`).toString('base64url');
}

function whole(value) {
  return value === null ? null : Math.floor(value);
}

function view(row) {
  const content = (variant) => `/api/videos/${row.id}/content?variant=${variant}&v=${row.attempts}`;
  return {
    id: row.id,
    number: row.number,
    code: `RX-${String(row.number).padStart(4, '0')}`,
    user_id: row.user_id,
    space_id: row.space_id,
    openai_video_id: row.provider_video_id,
    provider_video_id: row.provider_video_id,
    prompt: row.prompt,
    title: row.title,
    tags: JSON.parse(row.tags),
    favourite: Boolean(row.favourite),
    is_published: Boolean(row.is_published),
    model: row.model,
    provider: row.provider,
    served_by: { provider: row.provider, model: row.provider_model },
    kind: row.kind,
    size: row.size,
    seconds: String(row.seconds),
    seed: row.seed,
    priority: row.priority,
    status: row.status,
    stage: row.stage,
    progress: row.progress,
    progress_known: Boolean(row.progress_known),
    needs_attention: row.stage === 'unknown',
    created_at: whole(row.created_at),
    updated_at: whole(row.updated_at),
    started_at: whole(row.started_at),
    completed_at: whole(row.completed_at),
    trashed_at: whole(row.trashed_at),
    attempts: row.attempts,
    error: row.error === null ? null : JSON.parse(row.error),
    remixed_from_video_id: row.remixed_from_video_id,
    lineage: { root_id: row.root_video_id, parent_id: row.remixed_from_video_id },
    reference: null,
    eta: null,
    cost_estimate: row.cost_estimate,
    cost_actual: row.cost_actual,
    duration: row.duration,
    width: row.width,
    height: row.height,
    fps: row.fps,
    file_size: row.file_size,
    file_path: row.stage === 'completed' ? row.file_path : null,
    content_url: row.stage === 'completed' ? content('video') : null,
    thumbnail_url: row.thumbnail_path ? content('thumbnail') : null,
    spritesheet_url: row.spritesheet_path ? content('spritesheet') : null,
    spritesheet: row.spritesheet === null ? null : JSON.parse(row.spritesheet),
    seq: row.changed_seq,
  };
}
