// Nginx with the product's own configuration.

import { join } from 'node:path';
import { nginxSettings } from '../../src/main/nginx-settings.ts';
import { startRegionNginx } from '../../src/main/region-nginx.ts';
import { readSettings } from '../../src/main/settings.ts';
import type { Place } from '../place.ts';
import { audience, issuer, type Requests } from './requests.ts';

export type ProductNginx = {
  name: string;
  program: string;
  jsModule: string;
  port: number;
  positions: string;
  replicaSocket: string;
  requests: Requests;
  /** Whether the configuration of the replica has a page. */
  hasPage?: boolean;
  /** Settings that have not their defaults. */
  env: { readonly [name: string]: string };
};

/** Nobody is to be refused, at a thousand connections. */
export const letsEverybodyIn = {
  BEFOREHAND_NGINX_MAX_VERIFYING: '2048',
  BEFOREHAND_NGINX_MAX_MISSES: '2048',
};

/** Returns the pids of its masters once it answers. Verdicts are kept in memory. */
export async function startProductNginx(
  place: Place,
  options: ProductNginx,
): Promise<{ door: number; verifier: number }> {
  const { name, port, program, jsModule, positions, replicaSocket, requests, env } = options;
  const { jwksFile, secretFile } = requests;
  const { pids } = await startRegionNginx({
    ...{ directory: join(place.directory, name), program, onSpawn: place.onSpawn },
    logFile: join(place.directory, `${name}.log`),
    places: {
      ...{ hasPage: options.hasPage === true },
      ...{ port, jsModule, replicaSocket, positionsDir: positions, genericMaxAgeS: 5 },
      tokens: { jwksFile, secretFile, issuer, audience, clockToleranceS: 0 },
    },
    limits: readSettings(nginxSettings, {
      BEFOREHAND_NGINX_VERDICTS_DIR: join(place.memoryDirectory, `verdicts-${name}`),
      ...env,
    }),
    adapt: withOneWorker,
  });
  return pids;
}

/** As every other server of the suite: one process, because the load generator needs a core, too. */
function withOneWorker(config: string): string {
  const oneWorker = config.replace('worker_processes auto;', 'worker_processes 1;');
  if (oneWorker === config) throw new Error('A configuration does not say worker_processes auto.');
  return oneWorker;
}
