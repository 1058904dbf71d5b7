// Entry: the whole way in one process, for trying and developing: `npm start`.

import { mkdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openLogFile, pinoObserver } from '../outbound/pino-observer.ts';
import { type Credentials, openCredentials } from './credentials.ts';
import { runProcess } from './run-process.ts';
import { readSettings } from './settings.ts';
import { lockDataDir } from './solo-lock.ts';
import { type SoloUrls, startSoloParts } from './solo-parts.ts';
import { type SoloPostgres, startSoloPostgres } from './solo-postgres.ts';
import { soloSettings } from './solo-settings.ts';
import { writeSecretJson } from './stack-state.ts';

/** Beside draining: every part may take a moment to close. */
const closeReserveMs = 20_000;

await runProcess(async (onStop) => {
  const settings = readSettings(soloSettings, process.env);
  const { dataDir } = settings;
  mkdirSync(dataDir, { recursive: true });
  onStop(lockDataDir(dataDir));
  onStop(async () => console.log('Stopped. The content stays for the next start.'));

  const shownDir = relative(process.cwd(), dataDir) || '.';
  console.log(`Beforehand, solo mode: everything in one process, data and logs in ${shownDir}`);
  console.log('For trying and developing: accepted events that are not yet stored die with it.');
  const log = openLogFile(join(dataDir, 'solo.log'));
  const observe = pinoObserver({ process: 'solo', level: settings.logLevel, destination: log });
  const credentials = await openCredentials(dataDir);
  const postgres = await startSoloPostgres(dataDir, (text) => console.log(text));
  onStop(postgres.stop);
  const urls = await startSoloParts({
    ...{ settings, credentials, observe, onStop },
    postgresUrl: postgres.url,
  });
  await Promise.all(Object.values(urls.regions).map(whenReady));

  const file = join(dataDir, 'solo.json');
  writeSecretJson(file, summarize(urls, postgres, credentials));
  onStop(async () => {
    console.log('Stopping: finishing what was accepted.');
    rmSync(file, { force: true });
  });
  console.log(readyLine(urls, postgres));
  return { observe, stopTimeoutMs: settings.drainTimeoutMs + closeReserveMs };
});

/** A region is ready once it holds what Postgres holds. */
async function whenReady(region: string): Promise<void> {
  while (!(await fetch(`${region}/health/ready`)).ok) await sleep(20);
}

function readyLine({ ingest, regions, operator }: SoloUrls, postgres: SoloPostgres): string {
  const places = Object.entries({ ingest, ...regions, operator });
  return [
    `ready  ${places.map(([name, url]) => `${name} ${url}`).join('  ')}`,
    `psql '${postgres.inspectorUrl}'`,
  ].join('  ');
}

/** What a test, a benchmark or a person needs to drive solo mode. */
function summarize(urls: SoloUrls, postgres: SoloPostgres, credentials: Credentials) {
  const none: number[] = [];
  return {
    ...urls,
    amqp: null,
    postgres: postgres.url,
    inspector: postgres.inspectorUrl,
    producerKey: credentials.producerKey,
    token: credentials.token,
    pids: {
      ...{ supervisor: [process.pid], ingest: none, worker: none, replica: none },
      ...{ nginx: none, rabbitmq: none, postgres: [postgres.pid] },
    },
  };
}
