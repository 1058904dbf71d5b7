// From settings and places to the configurations of a unit's Nginx: the door, and the verifier.

import { connectOrigins, type PageAddresses } from '../inbound/http-page-headers.ts';
import { renderNginxConfig } from '../servers/nginx-config.ts';
import { nginxFileOf, nginxTemplateOf } from './nginx-folder.ts';
import { nginxSettings } from './nginx-settings.ts';
import type { ValuesOf } from './settings.ts';

/** Nginx listens at 127.0.0.1, or at `host` when it is given; or wherever `listen` says. */
type Listening = { port: number; host?: string } | { listen: string };

export type RegionPlaces = Listening & {
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
  /** Whether the configuration has one; otherwise nothing is at its address. */
  hasPage?: boolean;
};

export type NginxLimits = ValuesOf<typeof nginxSettings>;

/** Of what an answer says, pages of other origins may read these headers. */
const exposedHeaders = 'ETag, Retry-After';

/** For what is open only while it is read or written, and for listening. */
const spareFiles = 500;

/**
 * All of nginx.conf for the door of a unit. `verifierSocket`: relative to Nginx's directory, because
 * the path of a socket has at most 107 bytes. Throws when limits contradict each other.
 */
export function renderDoorConfig(
  places: RegionPlaces & { verifierSocket: string },
  limits: NginxLimits,
): string {
  const { verifierNiceness, clientEventsUrl, sessionUrl, ...ofDoor } = limits;
  // Verdicts that are kept open give no way to connections.
  const neededFiles = limits.workerConnections + limits.maxOpenVerdicts + spareFiles;
  if (limits.maxOpenFiles < neededFiles) {
    throw new Error(
      `BEFOREHAND_NGINX_MAX_OPEN_FILES must be ${neededFiles} at least: connections, open verdicts, and ${spareFiles} more.`,
    );
  }
  const values = Object.entries(ofDoor).map(([name, value]) => [
    nginxSettings[name as keyof typeof nginxSettings].env,
    Array.isArray(value) ? value.join(' ') : value,
  ]);
  const { hasPage = false } = places;
  return renderNginxConfig(nginxTemplateOf('region.conf', { hasPage }), {
    ...Object.fromEntries(values),
    ...(hasPage ? valuesOfPage({ clientEventsUrl, sessionUrl }) : {}),
    ...valuesOfTokens(places),
    BEFOREHAND_NGINX_LISTEN: addressOf(places),
    BEFOREHAND_NGINX_VERIFIER_SOCKET: places.verifierSocket,
    BEFOREHAND_NGINX_RENEWAL_SOCKET: 'renewal.sock',
    BEFOREHAND_REPLICA_SOCKET: places.replicaSocket,
    BEFOREHAND_GENERIC_MAX_AGE_S: places.genericMaxAgeS,
    BEFOREHAND_CORS_EXPOSED_HEADERS: exposedHeaders,
  });
}

function valuesOfPage(addresses: PageAddresses) {
  const origins = connectOrigins(addresses).map((origin) => ` ${origin}`);
  return { BEFOREHAND_PAGE_CONNECT_ORIGINS: origins.join('') };
}

function addressOf(places: Listening): string {
  return 'listen' in places ? places.listen : `${places.host ?? '127.0.0.1'}:${places.port}`;
}

/** All of nginx.conf for the verifier of a unit. `socket`: relative to its own directory. */
export function renderVerifierConfig(
  places: RegionPlaces,
  socket: string,
  limits: NginxLimits,
): string {
  return renderNginxConfig(nginxTemplateOf('verifier.conf'), {
    ...valuesOfTokens(places),
    BEFOREHAND_NGINX_VERIFIER_SOCKET: socket,
    BEFOREHAND_NGINX_WORKER_PROCESSES: limits.workerProcesses,
    BEFOREHAND_NGINX_VERIFIER_NICENESS: limits.verifierNiceness,
    BEFOREHAND_MAX_VERDICT_S: limits.maxVerdictS,
    BEFOREHAND_MAX_DARK_S: limits.maxDarkS,
  });
}

/** What token.js needs, wherever it runs. */
function valuesOfTokens({ tokens, positionsDir, jsModule }: RegionPlaces) {
  return {
    BEFOREHAND_NGINX_JS_MODULE: jsModule,
    BEFOREHAND_NGINX_TOKEN_JS: nginxFileOf('token.js'),
    BEFOREHAND_POSITIONS_DIR: positionsDir,
    BEFOREHAND_JWKS_FILE: tokens.jwksFile,
    BEFOREHAND_TOKEN_SECRET_FILE: tokens.secretFile,
    BEFOREHAND_TOKEN_ISSUER: tokens.issuer,
    BEFOREHAND_TOKEN_AUDIENCE: tokens.audience,
    BEFOREHAND_TOKEN_CLOCK_TOLERANCE_S: tokens.clockToleranceS,
  };
}
