// Entry: the whole way in one process, for trying and developing: `npm start`.

import { mkdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openLogFile } from '../outbound/pino-observer.ts';
import { openCredentials } from './credentials.ts';
import { lockDirectory } from './directory-lock.ts';
import { findConfig, loadConfig, requireRegions, soloConfigs } from './load-config.ts';
import { loadPage } from './load-page.ts';
import { openObservers } from './observers.ts';
import { type ProcessPlan, runProcess } from './run-process.ts';
import { writeSecretJson } from './secret-json.ts';
import { startSoloParts } from './solo-parts.ts';
import { requireFreePorts, soloPorts } from './solo-ports.ts';
import { startSoloPostgres } from './solo-postgres.ts';
import { openSoloServices } from './solo-services.ts';
import { readSoloSettings } from './solo-settings.ts';
import { readyLines, summarizeSolo } from './solo-summary.ts';
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
  const folder = process.cwd();
  const configFile = findConfig({ file: settings.configFile, folder, names: soloConfigs });
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
      const shownDir = relative(folder, dataDir) || '.';
      console.log(`Beforehand, solo mode: everything in one process, data and logs in ${shownDir}`);
      console.log('For trying and developing: accepted events not yet stored die with it.');
      console.log(
        `It runs ${relative(folder, configFile)}; set BEFOREHAND_CONFIG for another configuration.`,
      );
      const credentials = await openCredentials(dataDir);
      const onNotice = (text: string) => console.log(text);
      // Beside each other, so that a start takes no longer with them.
      const beside = openSoloServices({
        ...{ settings, configFile, services: config.services ?? {}, onNotice },
        observe: observers.observe,
      });
      onStop(beside.stop);
      const postgres = await startSoloPostgres(dataDir, onNotice);
      onStop(postgres.stop);
      const services = await beside.started;
      // Threads begin with what is set now, and authors' code asks for it there.
      Object.assign(process.env, services.urls);
      const urls = await startSoloParts({
        ...{ settings, configFile, config, credentials, postgres, observers, onStop },
        pageAssets,
      });
      const doors = [urls.ingest, ...Object.values(urls.regions)];
      await Promise.all(doors.map((door) => whenReady(door, signal)));

      const file = join(dataDir, 'solo.json');
      const running = { urls, postgres, services };
      writeSecretJson(file, summarizeSolo(running, { credentials, configFile }));
      onStop(async () => {
        console.log('Stopping: finishing what was accepted.');
        rmSync(file, { force: true });
      });
      console.log(readyLines(running));
      hasBeenReady = true;
    },
  };
}

/** A region is ready once it holds what Postgres holds, an ingest once it knows what time it is. */
async function whenReady(door: string, signal: AbortSignal): Promise<void> {
  while (!(await fetch(`${door}/health/ready`)).ok) await sleep(20, undefined, { signal });
}
