// Nginx with the product's own configuration.

import { join } from 'node:path';
import { nginxSettings } from '../../src/main/nginx-settings.ts';
import { renderRegionConfig } from '../../src/main/region-config.ts';
import { readSettings } from '../../src/main/settings.ts';
import type { Place } from '../place.ts';
import { audience, issuer, type Requests } from './requests.ts';
import { startNginx } from './start-nginx.ts';

export type ProductNginx = {
  name: string;
  program: string;
  jsModule: string;
  port: number;
  positions: string;
  replicaSocket: string;
  requests: Requests;
  /** Settings that have not their defaults. */
  env?: { readonly [name: string]: string };
};

/** Returns the pid of its master once it answers. Verdicts are kept beside the positions. */
export function startProductNginx(place: Place, options: ProductNginx): Promise<number> {
  const { name, port, program, jsModule, positions, replicaSocket, requests, env } = options;
  const { jwksFile, secretFile } = requests;
  const config = renderRegionConfig(
    {
      ...{ port, jsModule, replicaSocket, positionsDir: positions, genericMaxAgeS: 5 },
      tokens: { jwksFile, secretFile, issuer, audience, clockToleranceS: 0 },
    },
    readSettings(nginxSettings, {
      BEFOREHAND_NGINX_VERDICTS_DIR: join(place.memoryDirectory, `verdicts-${name}`),
      ...env,
    }),
  );
  // As every other server of the suite: one process, because the load generator needs a core, too.
  const oneWorker = config.replace('worker_processes auto;', 'worker_processes 1;');
  if (oneWorker === config)
    throw new Error('nginx/region.conf does not say worker_processes auto.');
  return startNginx(place, { name, program, port, config: oneWorker });
}
