// What the door of a region reads from the environment.

import { clientDoorSettings } from './client-door-settings.ts';
import { pageSettings } from './page-settings.ts';
import { integer, type Setting, type Settings, text } from './settings.ts';

const workerProcesses: Setting<string> = {
  env: 'BEFOREHAND_NGINX_WORKER_PROCESSES',
  about:
    'Processes of each Nginx: a number, or auto, which is as many as the machine has CPUs, whatever part of them a container may use.',
  default: 'auto',
  parse(value) {
    if (/^(?:auto|[1-9]\d{0,2})$/.test(value)) return value;
    throw new Error('must be auto or a whole number from 1 to 999');
  },
};

export const nginxSettings = {
  ...clientDoorSettings,
  ...pageSettings,
  workerProcesses,
  workerConnections: integer(
    'BEFOREHAND_NGINX_WORKER_CONNECTIONS',
    'Connections of each process of Nginx, to clients and to the replica.',
    { default: 8_192, min: 64, max: 1_000_000 },
  ),
  maxOpenFiles: integer(
    'BEFOREHAND_NGINX_MAX_OPEN_FILES',
    'Files and connections that each process of Nginx may hold; above the hard limit, that one stays.',
    { default: 20_000, min: 256, max: 1_048_576 },
  ),
  maxConnectionsPerAddress: integer(
    'BEFOREHAND_NGINX_MAX_CONNECTIONS_PER_ADDRESS',
    'Requests in progress of one address; more are answered 503.',
    { default: 4_096, min: 1, max: 65_535 },
  ),
  requestTimeoutMs: integer(
    'BEFOREHAND_NGINX_REQUEST_TIMEOUT_MS',
    'How long a request may take to arrive at Nginx.',
    { default: 5_000, min: 100, max: 300_000 },
  ),
  sendTimeoutMs: integer(
    'BEFOREHAND_NGINX_SEND_TIMEOUT_MS',
    'How long a client may take nothing of its answer.',
    { default: 10_000, min: 100, max: 300_000 },
  ),
  keepAliveTimeoutMs: integer(
    'BEFOREHAND_NGINX_KEEP_ALIVE_TIMEOUT_MS',
    'How long Nginx keeps an idle connection of a client.',
    { default: 60_000, min: 1_000, max: 600_000 },
  ),
  readTimeoutMs: integer(
    'BEFOREHAND_NGINX_READ_TIMEOUT_MS',
    'How long Nginx waits for a document of the replica before what is for everyone is served.',
    { default: 5_000, min: 2_500, max: 300_000 },
  ),
  maxVerdictS: integer(
    'BEFOREHAND_MAX_VERDICT_S',
    'How long Nginx trusts what it found out about a token; a removed key ends within it.',
    { default: 55, min: 1, max: 55 },
  ),
  verdictsDir: text(
    'BEFOREHAND_NGINX_VERDICTS_DIR',
    'Where verdicts about tokens are kept, 256 MiB of them at most: best on a tmpfs with room for more, a directory for each Nginx. Relative to its own.',
    'verdicts',
  ),
  maxOpenVerdicts: integer(
    'BEFOREHAND_NGINX_MAX_OPEN_VERDICTS',
    'Verdicts that each process keeps open, for clients that ask again within a minute.',
    { default: 10_240, min: 1, max: 1_000_000 },
  ),
  maxVerifying: integer(
    'BEFOREHAND_NGINX_MAX_VERIFYING',
    'Tokens never seen that each process lets wait at a time; more are answered 503.',
    { default: 1_024, min: 1, max: 2_048 },
  ),
  niceness: integer(
    'BEFOREHAND_NGINX_NICENESS',
    'By how much the processes that serve give way to all others, as in nice(1). Below 0 they go first: only root may, and the stack then does (-15).',
    { default: 0, min: -20, max: 19 },
  ),
  verifierNiceness: integer(
    'BEFOREHAND_NGINX_VERIFIER_NICENESS',
    'By how much the processes that verify tokens give way to all others, as in nice(1).',
    { default: 10, min: 0, max: 19 },
  ),
  maxMisses: integer(
    'BEFOREHAND_NGINX_MAX_MISSES',
    'Documents without a position that each process asks the replica for at a time; above it what is for everyone is served, as pending.',
    { default: 64, min: 1, max: 16_384 },
  ),
  maxDarkS: integer(
    'BEFOREHAND_MAX_DARK_S',
    'How long Nginx serves the positions of a replica that is silent.',
    { default: 86_400, min: 1, max: 31_536_000 },
  ),
} satisfies Settings;
