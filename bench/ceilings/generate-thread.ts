// Entry: the thread of that ceiling.

import { parentPort } from 'node:worker_threads';
import type { AcceptedEvent } from '../../src/domain/event.ts';
import { contentJsonOf } from './samples.ts';

parentPort?.on('message', async (events: readonly AcceptedEvent[]) => {
  parentPort?.postMessage(await Promise.all(events.map(contentJsonOf)));
});
