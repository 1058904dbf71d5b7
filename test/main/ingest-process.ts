// An ingest as a process of its own, for tests: how it is started, asked, and posted to.

import { expect } from 'vitest';
import { findFreePort } from '../../src/servers/free-ports.ts';
import { send } from '../inbound/open-ingest.ts';
import { get } from '../inbound/open-server.ts';
import { startEntry } from './start-entry.ts';

const login = { specversion: '1.0', id: 'e-1', source: '/shop', type: 'user.login' };

/** No worker tells of the clock here: by default it goes by its own at once. */
export async function startIngestProcess(keyText: string, env: { [name: string]: string }) {
  const port = await findFreePort();
  const started = startEntry('ingest', {
    BEFOREHAND_AMQP_MAX_RETRY_PAUSE_MS: '100',
    BEFOREHAND_KEYS_CHECK_EVERY_MS: '50',
    BEFOREHAND_INGEST_PORT: String(port),
    BEFOREHAND_INGEST_CLOCK_PATIENCE_MS: '0',
    ...env,
  });
  const url = new URL(`http://127.0.0.1:${port}`);
  const readiness = async () => (await get(url, '/health/ready')).json;
  const status = (path: string) =>
    get(url, path).then(
      (answer) => answer.status,
      () => 0,
    );
  const post = (data: unknown, key = keyText) =>
    send(
      new URL('/v1/events', url),
      { 'content-type': 'application/cloudevents+json', authorization: `Bearer ${key}` },
      JSON.stringify({ ...login, subject: 'alice', data }),
    );
  const postBatch = (lanes: readonly string[]) =>
    send(
      new URL('/v1/events', url),
      { 'content-type': 'application/cloudevents-batch+json', authorization: `Bearer ${keyText}` },
      JSON.stringify(lanes.map((lane) => ({ ...login, subject: 'alice', lane, data: {} }))),
    );
  const isReady = (expected: number) =>
    expect.poll(() => status('/health/ready'), { timeout: 15_000 }).toBe(expected);
  return { ...started, url, post, postBatch, isReady, readiness };
}
