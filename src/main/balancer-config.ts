// nginx/balancer.conf, filled in: the door of a region that has several units.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderNginxConfig } from '../servers/nginx-config.ts';
import { nginxFileOf, nginxTemplateOf } from './nginx-folder.ts';
import type { nginxSettings } from './nginx-settings.ts';
import type { ValuesOf } from './settings.ts';

export type BalancerParts = {
  port: number;
  /** The path of Nginx's module for JavaScript. */
  jsModule: string;
  /** Files with the units: who fails rests in one of them, and nobody in the other. */
  unitsFile: string;
  anyUnitFile: string;
};

export function renderBalancerConfig(
  { port, jsModule, unitsFile, anyUnitFile }: BalancerParts,
  settings: ValuesOf<typeof nginxSettings>,
): string {
  return renderNginxConfig(nginxTemplateOf('balancer.conf'), {
    BEFOREHAND_NGINX_JS_MODULE: jsModule,
    BEFOREHAND_NGINX_BALANCE_JS: nginxFileOf('balance.js'),
    BEFOREHAND_NGINX_LISTEN: `127.0.0.1:${port}`,
    BEFOREHAND_BALANCER_UNITS_FILE: unitsFile,
    BEFOREHAND_BALANCER_ANY_UNIT_FILE: anyUnitFile,
    BEFOREHAND_NGINX_NICENESS: settings.niceness,
    BEFOREHAND_TOKEN_COOKIE: settings.tokenCookie,
    BEFOREHAND_NGINX_WORKER_PROCESSES: settings.workerProcesses,
    BEFOREHAND_NGINX_WORKER_CONNECTIONS: settings.workerConnections,
    BEFOREHAND_NGINX_MAX_CONNECTIONS_PER_ADDRESS: settings.maxConnectionsPerAddress,
    BEFOREHAND_NGINX_REQUEST_TIMEOUT_MS: settings.requestTimeoutMs,
    BEFOREHAND_NGINX_SEND_TIMEOUT_MS: settings.sendTimeoutMs,
    BEFOREHAND_NGINX_KEEP_ALIVE_TIMEOUT_MS: settings.keepAliveTimeoutMs,
  });
}

/**
 * Writes both files into the directory. `addresses` of the units' own Nginx, as host and port: one that
 * fails twice rests for a second.
 */
export function writeUnits(
  directory: string,
  addresses: readonly string[],
): Pick<BalancerParts, 'unitsFile' | 'anyUnitFile'> {
  const files = {
    unitsFile: join(directory, 'units.conf'),
    anyUnitFile: join(directory, 'any-unit.conf'),
  };
  const lines = (rest: string) =>
    addresses.map((address) => `server ${address} ${rest};\n`).join('');
  writeFileSync(files.unitsFile, lines('max_fails=2 fail_timeout=1s'));
  writeFileSync(files.anyUnitFile, lines('max_fails=0'));
  return files;
}
