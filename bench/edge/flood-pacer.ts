// Entry of a thread that says when: timers of the event loop are late by up to a millisecond, and by
// more while it is busy; a thread that sleeps is not.

import { parentPort, workerData } from 'node:worker_threads';

const { startAtMs, times } = workerData as { startAtMs: number; times: readonly number[] };
const bed = new Int32Array(new SharedArrayBuffer(4));
const nowMs = () => performance.timeOrigin + performance.now();

/** Whatever was planned until then is sent with one word. */
for (const time of new Set(times)) {
  const leftMs = startAtMs + time - nowMs();
  if (leftMs > 0) Atomics.wait(bed, 0, 0, leftMs);
  parentPort?.postMessage(time);
}
