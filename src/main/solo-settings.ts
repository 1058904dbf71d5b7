// What solo mode reads from its environment: the limits of all processes, which it is at once.

import { dataDirSetting } from './data-dir.ts';
import { ingestLimits } from './ingest-settings.ts';
import { operatorLimits } from './operator-settings.ts';
import { postgresSettings } from './postgres-settings.ts';
import { processSettings } from './process-settings.ts';
import { replicaLimits } from './replica-settings.ts';
import { serviceSettings } from './service-settings.ts';
import { integer, port, readTables, type Setting, type Settings } from './settings.ts';
import { type RegionPort, type SoloPort, soloHost, soloPorts } from './solo-ports.ts';
import { workerLimits } from './worker-settings.ts';

const replicaPorts: Setting<readonly RegionPort[]> = {
  env: 'BEFOREHAND_REPLICA_PORTS',
  about: 'Regions that solo mode serves and the port of each.',
  default: [
    { region: 'eu', port: 8081 },
    { region: 'us', port: 8082 },
  ],
  parse(value) {
    const pairs = value.split(',').map((pair) => /^\s*([a-z][a-z0-9-]*)=(\d{1,5})\s*$/.exec(pair));
    const ports = pairs.map((match) => ({ region: match?.[1] ?? '', port: Number(match?.[2]) }));
    const isGood = ports.every(({ port }) => port >= 1 && port <= 65_535);
    if (!isGood) throw new Error('must look like eu=8081,us=8082');
    if (new Set(ports.map(({ region }) => region)).size < ports.length) {
      throw new Error('must name each region once');
    }
    return ports;
  },
};

export const soloSettings = {
  ...dataDirSetting,
  ...processSettings,
  ...serviceSettings,
  ingestPort: port('BEFOREHAND_INGEST_PORT', 'Port the ingest listens at.', 8080),
  operatorPort: port('BEFOREHAND_OPERATOR_PORT', 'Port the operator listens at.', 8083),
  replicaPorts,
  maxQueuedEvents: integer(
    'BEFOREHAND_SOLO_MAX_QUEUED_EVENTS',
    'Events that solo mode holds in memory; more are answered 503.',
    { default: 100_000, min: 1, max: 10_000_000 },
  ),
  drainTimeoutMs: integer(
    'BEFOREHAND_SOLO_DRAIN_TIMEOUT_MS',
    'How long a stopping solo mode works off the events it holds.',
    { default: 10_000, min: 0, max: 600_000 },
  ),
} satisfies Settings;

/** Solo mode has a Postgres of its own. */
const { postgresUrl: _, ...postgresLimits } = postgresSettings;

/** Each kind of process has its own table: names such as maxRequests are in several of them. */
export const soloLimits = {
  ingest: ingestLimits,
  worker: workerLimits,
  replica: replicaLimits,
  operator: operatorLimits,
  postgres: postgresLimits,
};

/** Where a page finds the login of solo mode: at the region that served the page. */
export const demoSessionPath = '/demo/session';

export type SoloSettings = ReturnType<typeof readSoloSettings>;

/** Reads everything, or throws one error that tells all that is missing or malformed. */
export function readSoloSettings(env: { readonly [name: string]: string | undefined }) {
  const { own, ...limits } = readTables({ own: soloSettings, ...soloLimits }, env);
  refuseSharedPorts(soloPorts(own));
  const { clientEventsUrl, sessionUrl } = limits.replica;
  // No gateway joins the doors of solo mode at one address, and it has a login of its own.
  const isOwnOrigin = clientEventsUrl === replicaLimits.clientEventsUrl.default;
  const replica = {
    ...limits.replica,
    sessionUrl: sessionUrl === '' ? demoSessionPath : sessionUrl,
    clientEventsUrl: isOwnOrigin
      ? `http://${soloHost}:${own.ingestPort}${clientEventsUrl}`
      : clientEventsUrl,
  };
  return { ...own, limits: { ...limits, replica } };
}

function refuseSharedPorts(ports: readonly SoloPort[]): void {
  const problems = ports.flatMap(({ port, what, setting }, index) => {
    const first = ports.slice(0, index).find((other) => other.port === port);
    if (first === undefined) return [];
    const settings = [...new Set([first.setting, setting])].join(' and ');
    return [`${settings}: port ${port} is given to both ${first.what} and ${what}.`];
  });
  if (problems.length > 0) throw new Error(problems.join('\n'));
}
