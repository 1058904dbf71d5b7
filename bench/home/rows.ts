// Starts the servers of all rows of suite `home`: a region's replica and Nginx, and what they are
// compared with.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findFreePorts } from '../../src/servers/free-ports.ts';
import { ensureNginx, ensureNginxJs } from '../../src/servers/system-packages.ts';
import type { Place } from '../place.ts';
import { bodyAt, userAt } from '../read/documents.ts';
import { startServer, whenItHasDocuments } from '../read/node-servers.ts';
import { constantIndex, plainNginxConfig } from '../read/plain-nginx.ts';
import { startProductNginx } from '../read/product-nginx.ts';
import { type Requests, writeRequests } from '../read/requests.ts';
import { startNginx } from '../read/start-nginx.ts';
import type { Look } from './home-config.ts';
import { expectBody, expectGeneric, expectPage, type HomeRow } from './home-row.ts';
import { writeStrangers } from './strangers.ts';

type Call = { runs: number; documents: number; say: (text: string) => void; signal: AbortSignal };

export async function startHomeRows(place: Place, call: Call): Promise<HomeRow[]> {
  const requests = await writeRequests(place.directory);
  const rivals = await startRivals(place, requests, call);
  const region = await startRegion(place, requests, 'json', call);
  const withPage = await startRegion(place, requests, 'page', call);
  const cookies = writeCookieRequests(place.directory, requests.es256);
  call.say(`Signing the tokens of ${call.documents} strangers, twice…`);
  const strangersOf = async (name: 'es256' | 'hs256') => {
    const { runs, signal, documents: count } = call;
    const sign = requests.sign[name];
    const files = await writeStrangers(place.directory, name, { count, runs, signal, sign });
    return (run: number) => files[run - 1] as (typeof files)[number];
  };
  const [es256, hs256] = [await strangersOf('es256'), await strangersOf('hs256')];
  const again = (file: string) => () => ({ warmUp: file, requests: file });
  const generic = join(place.directory, 'generic.txt');
  writeFileSync(generic, '/v1/generic\n');
  const verify = expectGeneric(bodyAt(constantIndex).length);
  const { byDefault, impatient } = region;
  const known = { ...byDefault, verify: expectBody(bodyAt), isWarm: true };
  const { constant, fastify, fronted } = rivals;
  const row = (name: string, rest: Omit<HomeRow, 'name'>): HomeRow => ({ name, ...rest });
  const strangers = (name: string, door: Door, requestsOf: HomeRow['requestsOf']) =>
    row(`Strangers, ${name}`, { ...door, requestsOf, verify });
  return [
    row('Nginx, a constant', constant),
    strangers('no token: /v1/generic', byDefault, again(generic)),
    strangers('ES256, 256 wait at most', impatient, es256),
    strangers('HS256, 256 wait at most', impatient, hs256),
    strangers('ES256, limits as they are', byDefault, es256),
    strangers('HS256, limits as they are', byDefault, hs256),
    row('Known, positioned, ES256', { ...known, requestsOf: again(requests.es256) }),
    row('Known, positioned, HS256', { ...known, requestsOf: again(requests.hs256) }),
    row('Known, their page (GET / by cookie), ES256', {
      ...{ ...withPage.byDefault, requestsOf: again(cookies), isWarm: true },
      verify: expectPage(userAt),
    }),
    row('Fastify, prepared strings, no token', fastify),
    row('Nginx → Fastify, prepared strings, no token', fronted),
  ];
}

type Door = Pick<HomeRow, 'port' | 'processes' | 'mayRefuse'>;

/** Of a thousand clients whose tokens nobody has seen, most are refused with it. */
const impatience = { BEFOREHAND_NGINX_MAX_VERIFYING: '256' };

/** One replica, and before it two Nginx: with the limits as they are, and with that one lowered. */
async function startRegion(place: Place, requests: Requests, look: Look, { say }: Call) {
  const [replicaPort, defaultPort, impatientPort] = (await findFreePorts(3)) as [
    number,
    number,
    number,
  ];
  const { jwksFile, secretFile } = requests;
  const positions = join(place.memoryDirectory, `positions-${look}`);
  mkdirSync(positions);
  const data = join(place.directory, `data-${look}`);
  const args = [data, positions, jwksFile, secretFile, look];
  const file = join(import.meta.dirname, 'replica.ts');
  const replica = await startServer(place, `replica-${look}`, replicaPort, args, file);
  await whenItHasDocuments(replica);
  const product = {
    ...{ program: ensureNginx(say), jsModule: ensureNginxJs(say), positions, requests },
    ...{ replicaSocket: replica.socket, hasPage: look === 'page' },
  };
  const start = async (name: string, port: number, env: { [name: string]: string }) => {
    const { door, verifier } = await startProductNginx(place, {
      ...{ ...product, name: `${name}-${look}`, port, env },
    });
    return { port, processes: { door: [door], verifier: [verifier], replica: replica.pids } };
  };
  return {
    byDefault: await start('default', defaultPort, {}),
    impatient: { ...(await start('impatient', impatientPort, impatience)), mayRefuse: true },
  };
}

async function startRivals(place: Place, { withoutToken }: Requests, { say }: Call) {
  const ports = (await findFreePorts(4)) as [number, number, number, number];
  const [constantPort, filePort, frontPort, nodePort] = ports;
  const node = await startServer(place, 'fastify-prepared', nodePort, []);
  const fronts = [{ name: 'prepared', port: frontPort, socket: node.socket }];
  const config = plainNginxConfig({ constantPort, filePort, positions: place.directory, fronts });
  const plain = { name: 'nginx', program: ensureNginx(say), port: constantPort, config };
  const nginx = [await startNginx(place, plain)];
  const requestsOf = () => ({ warmUp: withoutToken, requests: withoutToken });
  const rival = (port: number, processes: HomeRow['processes'], bodyOf = bodyAt) => ({
    ...{ port, processes, requestsOf, verify: expectBody(bodyOf) },
  });
  return {
    constant: rival(constantPort, { nginx }, () => bodyAt(constantIndex)),
    fastify: rival(node.port, { fastify: node.pids }),
    fronted: rival(frontPort, { nginx, fastify: node.pids }),
  };
}

/** For the page at `/`, where a browser shows who it is by its cookie alone. */
function writeCookieRequests(directory: string, requestsFile: string): string {
  const file = join(directory, 'cookies.txt');
  const lines = readFileSync(requestsFile, 'utf8').replaceAll(
    /^[^\t]+\t/gm,
    '/\t\tbeforehand_token=',
  );
  writeFileSync(file, lines, { mode: 0o600 });
  return file;
}
