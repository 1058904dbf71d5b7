// What a worker thread starts with where the code is not bundled for it.

import { workerData } from 'node:worker_threads';
import type { ThreadData } from './thread-messages.ts';
import { serveUnits } from './thread-serve.ts';

const { configUrl } = workerData as ThreadData;
await serveUnits(() => import(configUrl));
