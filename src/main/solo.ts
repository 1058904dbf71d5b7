// Entry: the whole way in one process, for trying and developing: `npm start`.

import { mkdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openLogFile } from '../outbound/pino-observer.ts';
import { type Credentials, openCredentials } from './credentials.ts';
import { lockDirectory } from './directory-lock.ts';
import { findConfig, loadConfig, requireRegions } from './load-config.ts';
import { loadPage } from './load-page.ts';
import { openObservers } from './observers.ts';
import { type ProcessPlan, runProcess } from './run-process.ts';
import { writeSecretJson } from './secret-json.ts';
import { type SoloUrls, startSoloParts } from './solo-parts.ts';
import { requireFreePorts, soloPorts } from './solo-ports.ts';
import { type SoloPostgres, startSoloPostgres } from './solo-postgres.ts';
import { readSoloSettings } from './solo-settings.ts';
import { unknownSettings } from './unknown-settings.ts';

/** Beside draining: every part may take a moment to close. */
const partsTimeoutMs = 20_000;

const usage = `Usage: npm start

Runs everything in one process, for trying and developing. It takes no options: its environment says
where it listens and what it may use, as in
  BEFOREHAND_INGEST_PORT=9080 BEFOREHAND_REPLICA_PORTS=eu=9081,us=9082 npm start
docs/configuration.md lists all variables.`;

const args = process.argv.slice(2);
if (args.includes('--help') || args.includes('-h')) console.log(usage);
else if (args.length > 0) {
  console.error('npm start takes no options; see docs/configuration.md.');
  process.exitCode = 1;
} else await runProcess(planSolo);

function planSolo(): ProcessPlan {
  for (const warning of unknownSettings(process.env)) console.error(warning);
  const settings = readSoloSettings(process.env);
  const configFile = findConfig({ file: settings.configFile, folder: process.cwd() });
  const { dataDir } = settings;
  mkdirSync(dataDir, { recursive: true });
  const log = openLogFile(join(dataDir, 'solo.log'));
  const observers = openObservers({
    ...{ process: 'solo', parts: ['ingest', 'worker', 'replica', 'operator'] },
    ...{ level: settings.logLevel, destination: log },
  });
  return {
    observe: observers.observe,
    stopTimeoutMs: settings.drainTimeoutMs + partsTimeoutMs,
    async start(onStop, signal) {
      onStop(lockDirectory(dataDir, { lockName: 'solo.lock', setting: 'BEFOREHAND_DATA_DIR' }));
      const config = await loadConfig(configFile);
      const pageAssets = await loadPage(config, settings.limits.replica);
      requireRegions(
        config,
        settings.replicaPorts.map(({ region }) => region),
      );
      await requireFreePorts(soloPorts(settings));
      let hasBeenReady = false;
      onStop(async () => {
        if (hasBeenReady) console.log('Stopped. The content stays for the next start.');
      });
      const shownDir = relative(process.cwd(), dataDir) || '.';
      console.log(`Beforehand, solo mode: everything in one process, data and logs in ${shownDir}`);
      console.log('For trying and developing: accepted events not yet stored die with it.');
      const credentials = await openCredentials(dataDir);
      const postgres = await startSoloPostgres(dataDir, (text) => console.log(text));
      onStop(postgres.stop);
      const urls = await startSoloParts({
        ...{ settings, configFile, config, credentials, postgres, observers, onStop },
        pageAssets,
      });
      const doors = [urls.ingest, ...Object.values(urls.regions)];
      await Promise.all(doors.map((door) => whenReady(door, signal)));

      const file = join(dataDir, 'solo.json');
      writeSecretJson(file, summarize(urls, postgres, credentials));
      onStop(async () => {
        console.log('Stopping: finishing what was accepted.');
        rmSync(file, { force: true });
      });
      console.log(readyLines(urls, postgres));
      hasBeenReady = true;
    },
  };
}

/** A region is ready once it holds what Postgres holds, an ingest once it knows what time it is. */
async function whenReady(door: string, signal: AbortSignal): Promise<void> {
  while (!(await fetch(`${door}/health/ready`)).ok) await sleep(20, undefined, { signal });
}

function readyLines(urls: SoloUrls, postgres: SoloPostgres): string {
  const { ingest, regions, operator, demo } = urls;
  const places = Object.entries({ ingest, ...regions, operator });
  const ready = [
    `ready  ${places.map(([name, url]) => `${name} ${url}`).join('  ')}`,
    `psql '${postgres.inspectorUrl}'`,
  ].join('  ');
  return demo === null ? ready : `${ready}\ndemo   ${demo}`;
}

/** What a test, a benchmark or a person needs to drive solo mode. */
function summarize(urls: SoloUrls, postgres: SoloPostgres, credentials: Credentials) {
  const none: number[] = [];
  return {
    ...urls,
    metrics: { solo: [`${urls.operator}/metrics`] },
    amqp: null,
    postgres: postgres.url,
    postgresOperator: postgres.operatorUrl,
    inspector: postgres.inspectorUrl,
    producerKey: credentials.producerKey,
    token: credentials.token,
    pids: {
      ...{ supervisor: [process.pid], ingest: none, worker: none, replica: none },
      ...{ nginx: none, rabbitmq: none, postgres: [postgres.pid] },
    },
  };
}
