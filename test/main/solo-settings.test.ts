// What solo mode is told, all of it read before anything starts.

import { expect, it } from 'vitest';
import { readSoloSettings } from '../../src/main/solo-settings.ts';

it('tells what is malformed for each of the processes that it is', () => {
  const env = {
    BEFOREHAND_INGEST_PORT: 'http',
    BEFOREHAND_INGEST_MAX_REQUESTS: 'many',
    BEFOREHAND_WORKER_THREADS: '0',
    BEFOREHAND_REPLICA_RETRY_MS: 'soon',
    BEFOREHAND_OPERATOR_DRAIN_MS: '-1',
    BEFOREHAND_POSTGRES_MAX_CONNECTIONS: 'all',
  };
  let told = '';
  try {
    readSoloSettings(env);
  } catch (error) {
    told = (error as Error).message;
  }
  const named = told.split('\n').map((line) => line.split(' ')[0]);
  expect(named.toSorted()).toEqual(Object.keys(env).toSorted());
});

it.each([
  [{ BEFOREHAND_REPLICA_PORTS: 'eu=8081,eu=8082' }, 'must name each region once'],
  [{ BEFOREHAND_REPLICA_PORTS: 'eu=9081,us=9081' }, 'both region eu and region us'],
  [{ BEFOREHAND_REPLICA_PORTS: 'eu=8080' }, 'both ingest and region eu'],
  [
    { BEFOREHAND_INGEST_PORT: '9000', BEFOREHAND_OPERATOR_PORT: '9000' },
    'BEFOREHAND_INGEST_PORT and BEFOREHAND_OPERATOR_PORT: port 9000 is given to both',
  ],
])('refuses %j', (env, problem) => {
  expect(() => readSoloSettings(env)).toThrow(problem);
});

it('needs nothing', () => {
  const { ingestPort, replicaPorts, limits } = readSoloSettings({});
  expect([ingestPort, replicaPorts.length, limits.worker.threads]).toEqual([8080, 2, 2]);
});
