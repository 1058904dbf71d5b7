// Starts the servers of all rows. They stay up for the whole suite; one that is not asked costs
// nothing.

import { join } from 'node:path';
import { findFreePorts } from '../../src/servers/free-ports.ts';
import { ensureNginx, ensureNginxJs } from '../../src/servers/system-packages.ts';
import type { Place } from '../place.ts';
import { bodyAt, userCount } from './documents.ts';
import { layDown } from './lay-down.ts';
import { startReplicaServer, startRivals } from './node-servers.ts';
import { constantIndex, plainNginxConfig } from './plain-nginx.ts';
import { letsEverybodyIn, startProductNginx } from './product-nginx.ts';
import { writeRequests } from './requests.ts';
import type { Row } from './row.ts';
import { startNginx } from './start-nginx.ts';

const pidsOf = Object.values<number>;

export async function startRows(place: Place, say: (text: string) => void): Promise<Row[]> {
  const jsModule = ensureNginxJs(say);
  const program = ensureNginx(say);
  const positions = join(place.memoryDirectory, 'positions');
  const noPositions = join(place.memoryDirectory, 'no-positions');
  layDown(positions, userCount);
  layDown(noPositions, 0);
  const requests = await writeRequests(place.directory);
  const ports = await findFreePorts(7);
  const [constantPort, filePort, preparedPort, objectPort, ...productPorts] = ports as [
    ...[number, number, number, number],
    ...[number, number, number],
  ];
  const [tokenPort, forgetfulPort, missPort] = productPorts;
  const { prepared, object, redis } = await startRivals(place, say);
  const replica = await startReplicaServer(place, requests);
  const fronts = [
    { name: 'prepared', port: preparedPort, socket: prepared.socket },
    { name: 'object', port: objectPort, socket: object.socket },
  ];
  const plainConfig = plainNginxConfig({ constantPort, filePort, positions, fronts });
  const plain = await startNginx(place, {
    ...{ name: 'nginx', program, port: constantPort, config: plainConfig },
  });
  const product = { program, jsModule, replicaSocket: replica.socket, requests };
  const positioned = await startProductNginx(place, {
    ...{ ...product, name: 'positioned', port: tokenPort, positions },
    env: letsEverybodyIn,
  });
  // Asked in turn, no user comes again before the verdict about its token has ended.
  const forgetful = await startProductNginx(place, {
    ...{ ...product, name: 'forgetful', port: forgetfulPort, positions },
    env: { ...letsEverybodyIn, BEFOREHAND_MAX_VERDICT_S: '1' },
  });
  const missing = await startProductNginx(place, {
    ...{ ...product, name: 'missing', port: missPort, positions: noPositions },
    env: letsEverybodyIn,
  });

  const { withoutToken, es256, hs256 } = requests;
  const row = (name: string, port: number, requestsFile: string, ...pids: number[]): Row => ({
    ...{ name, port, requestsFile, pids, bodyOf: bodyAt },
  });
  return [
    {
      ...row('Nginx, a constant', constantPort, withoutToken, plain),
      bodyOf: () => bodyAt(constantIndex),
    },
    row('Position, no token', filePort, requests.positions, plain),
    row('Position, ES256 token', tokenPort, es256, ...pidsOf(positioned)),
    row('Position, HS256 token', tokenPort, hs256, ...pidsOf(positioned)),
    {
      ...row('Position, ES256 token, first read', forgetfulPort, es256, ...pidsOf(forgetful)),
      isAlwaysCold: true,
    },
    row(
      'No position: Nginx → replica, ES256',
      missPort,
      es256,
      ...pidsOf(missing),
      ...replica.pids,
    ),
    row('Fastify, prepared strings', prepared.port, withoutToken, ...prepared.pids),
    row('Fastify, objects', object.port, withoutToken, ...object.pids),
    row('Nginx → Fastify, prepared strings', preparedPort, withoutToken, plain, ...prepared.pids),
    row('Nginx → Fastify, objects', objectPort, withoutToken, plain, ...object.pids),
    row('Fastify + Redis', redis.port, withoutToken, ...redis.pids),
  ];
}
