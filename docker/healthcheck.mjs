// Whether the process of this container is ready: asks the one that its environment has a port of.

import { env, stderr } from 'node:process';

const names = ['INGEST', 'WORKER', 'REPLICA', 'OPERATOR'].map((name) => `BEFOREHAND_${name}_PORT`);
const port = names.map((name) => env[name]).find((value) => value !== undefined);
try {
  const signal = AbortSignal.timeout(4_000);
  const response = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal });
  if (!response.ok) throw new Error(await response.text());
} catch (error) {
  stderr.write(`${error}\n`);
  process.exitCode = 1;
}
