// From settings and places to the configuration of a unit's Nginx.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { renderNginxConfig } from '../servers/nginx-config.ts';
import { nginxSettings } from './nginx-settings.ts';
import type { ValuesOf } from './settings.ts';

export type RegionPlaces = {
  /** Nginx listens at 127.0.0.1, or at `host` when it is given. */
  port: number;
  host?: string;
  /** Absolute path of the replica's unix socket. */
  replicaSocket: string;
  /** Absolute path of the directory that the replica lays positions down in. */
  positionsDir: string;
  /** Absolute path of the module for JavaScript, see `findNginxJs`. */
  jsModule: string;
  tokens: {
    jwksFile: string;
    /** Empty: HS256 is refused. */
    secretFile: string;
    issuer: string;
    audience: string;
    clockToleranceS: number;
  };
  genericMaxAgeS: number;
};

/** Of what an answer says, pages of other origins may read these headers. */
const exposedHeaders = 'ETag, Retry-After';

/** Relative, because the path of a socket has at most 107 bytes: Nginx runs in its own directory. */
export const verdictSocket = 'verdict.sock';

const template = fileURLToPath(new URL('../../nginx/region.conf', import.meta.url));
const tokenJs = fileURLToPath(new URL('../../nginx/token.js', import.meta.url));

/** For what is open only while it is read or written, and for listening. */
const spareFiles = 500;

/** All of nginx.conf for one unit: `startNginxServer` runs it. Throws when limits contradict each other. */
export function renderRegionConfig(
  places: RegionPlaces,
  limits: ValuesOf<typeof nginxSettings>,
): string {
  const { port, host = '127.0.0.1', tokens } = places;
  // Verdicts that are kept open give no way to connections.
  const neededFiles = limits.workerConnections + limits.maxOpenVerdicts + spareFiles;
  if (limits.maxOpenFiles < neededFiles) {
    throw new Error(
      `BEFOREHAND_NGINX_MAX_OPEN_FILES must be ${neededFiles} at least: connections, open verdicts, and ${spareFiles} more.`,
    );
  }
  const values = Object.entries(limits).map(([name, value]) => [
    nginxSettings[name as keyof typeof nginxSettings].env,
    Array.isArray(value) ? value.join(' ') : value,
  ]);
  return renderNginxConfig(readFileSync(template, 'utf8'), {
    ...Object.fromEntries(values),
    BEFOREHAND_NGINX_LISTEN: `${host}:${port}`,
    BEFOREHAND_NGINX_JS_MODULE: places.jsModule,
    BEFOREHAND_NGINX_TOKEN_JS: tokenJs,
    BEFOREHAND_NGINX_VERDICT_SOCKET: verdictSocket,
    BEFOREHAND_REPLICA_SOCKET: places.replicaSocket,
    BEFOREHAND_POSITIONS_DIR: places.positionsDir,
    BEFOREHAND_JWKS_FILE: tokens.jwksFile,
    BEFOREHAND_TOKEN_SECRET_FILE: tokens.secretFile,
    BEFOREHAND_TOKEN_ISSUER: tokens.issuer,
    BEFOREHAND_TOKEN_AUDIENCE: tokens.audience,
    BEFOREHAND_TOKEN_CLOCK_TOLERANCE_S: tokens.clockToleranceS,
    BEFOREHAND_GENERIC_MAX_AGE_S: places.genericMaxAgeS,
    BEFOREHAND_CORS_EXPOSED_HEADERS: exposedHeaders,
  });
}
