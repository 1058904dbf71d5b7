// Entry: a generator in threads, with nothing around it: the event goes in, JSON text comes out.

import { Worker } from 'node:worker_threads';
import type { AcceptedEvent } from '../../src/domain/event.ts';
import { threadExecArgv } from '../../src/outbound/thread-exec-argv.ts';
import { servePart } from './part.ts';
import { eventsOf } from './samples.ts';

export type GenerateGiven = { run: string; count: number };

const threads = 2;
const entry = new URL('./generate-thread.ts', import.meta.url);
const execArgv = threadExecArgv();

/** In one message. */
const batch = 50;

await servePart<GenerateGiven>(async ({ run, count }) => {
  const events = eventsOf(run, count);
  const workers = Array.from(
    { length: threads },
    () => new Worker(entry, { ...(execArgv && { execArgv }) }),
  );
  await Promise.all(workers.map((worker) => roundTrip(worker, [events[0] as AcceptedEvent])));
  return {
    async run() {
      await Promise.all(
        workers.map((worker, at) =>
          roundTrip(
            worker,
            events.filter((_, index) => index % threads === at),
          ),
        ),
      );
    },
    end: async () => void (await Promise.all(workers.map((worker) => worker.terminate()))),
  };
});

function roundTrip(worker: Worker, events: readonly AcceptedEvent[]): Promise<void> {
  return new Promise((resolve, reject) => {
    let next = 0;
    const send = () => {
      if (next >= events.length) {
        worker.off('message', send);
        return resolve();
      }
      worker.postMessage(events.slice(next, next + batch));
      next += batch;
    };
    worker.on('message', send);
    worker.once('error', reject);
    send();
  });
}
