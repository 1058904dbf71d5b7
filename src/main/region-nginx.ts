// The Nginx of a unit, running: the door that clients talk to, and the verifier it asks about tokens.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type LaunchNginx, startNginxServer } from '../servers/nginx-server.ts';
import { portAnswers } from '../servers/port-answers.ts';
import { setSessionNiceness } from '../servers/session-niceness.ts';
import {
  type NginxLimits,
  type RegionPlaces,
  renderDoorConfig,
  renderVerifierConfig,
} from './region-config.ts';

export type RegionNginxOptions = {
  /** Of the door; that of the verifier is in it. */
  directory: string;
  /** The path of Nginx. */
  program: string;
  /** Both write to it. */
  logFile: string;
  onSpawn?: (pid: number) => void;
  places: RegionPlaces & { port: number };
  limits: NginxLimits;
  /** What a benchmark changes in both configurations. */
  adapt?: (config: string) => string;
  /** Called for the verifier, then for the door; starts them unless something else is given. */
  launch?: LaunchNginx;
};

const socket = 'verdict.sock';

/** Of the masters. */
export type RegionNginx = {
  readonly pids: { readonly door: number; readonly verifier: number };
  stop(): Promise<void>;
};

/** Resolves when the door answers, and so does the verifier behind it. */
export async function startRegionNginx(options: RegionNginxOptions): Promise<RegionNginx> {
  const { directory, places, limits, adapt = (config) => config, ...common } = options;
  const { launch = startNginxServer } = options;
  const verifierDirectory = join(directory, 'verifier');
  const verifierSocket = join('verifier', socket);
  const doorConfig = renderDoorConfig({ ...places, verifierSocket }, limits);
  const atNiceness = (niceness: number) => (pid: number) => {
    setSessionNiceness(pid, niceness);
    options.onSpawn?.(pid);
  };
  const verifier = await launch({
    ...{ ...common, directory: verifierDirectory },
    onSpawn: atNiceness(limits.verifierNiceness),
    config: adapt(renderVerifierConfig(places, socket, limits)),
    isReady: () => existsSync(join(verifierDirectory, socket)),
  });
  const door = await launch({
    ...{ ...common, directory, config: adapt(doorConfig) },
    onSpawn: atNiceness(limits.niceness),
    isReady: () => portAnswers(places.port),
  }).catch(async (error: unknown) => {
    await verifier.stop();
    throw error;
  });
  return {
    pids: { door: door.process.pid, verifier: verifier.process.pid },
    async stop() {
      await door.stop();
      await verifier.stop();
    },
  };
}
