// Which configuration a command is about, and what of it is tried.

import { isPlaceGiven } from './cli-installation.ts';
import { cliSettings } from './cli-settings.ts';
import { listRunning, type RunningSummary } from './find-running.ts';
import { findConfig, soloConfigs } from './load-config.ts';
import { readSettings } from './settings.ts';

/** The one that is named, else the one that runs here, else the one that `npm start` would run. */
export function configFile(): string {
  const given = readSettings(cliSettings, process.env);
  const file = given.configFile || runningHere()?.config || '';
  const names = isPlaceGiven(given) ? {} : { names: soloConfigs };
  return findConfig({ file, folder: process.cwd(), ...names });
}

/** For generators that run in this process: they find services as those of a worker do. */
export function findServices(): void {
  for (const [variable, url] of Object.entries(runningHere()?.services ?? {})) {
    process.env[variable] ||= url;
  }
}

/** Of what runs elsewhere, or of two, we know nothing. */
function runningHere(): Partial<RunningSummary> | null {
  const given = readSettings(cliSettings, process.env);
  const [one, other] = isPlaceGiven(given) ? [] : listRunning(given.dataDir);
  return one === undefined || other !== undefined ? null : one.summary;
}

export type TryOptions = { event?: string; ticket?: string; previous?: string; json?: true };
