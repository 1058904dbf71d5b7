// Ports that somebody else has.

import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { requireFreePorts, soloHost, soloPorts } from '../../src/main/solo-ports.ts';
import { findFreePort } from '../../src/servers/free-ports.ts';

const [first, second] = [createServer(), createServer()];
const portOf = (server: typeof first) => (server.address() as AddressInfo).port;

beforeAll(async () => {
  for (const server of [first, second]) {
    server.listen(0, soloHost);
    await once(server, 'listening');
  }
});

afterAll(() => {
  first.close();
  second.close();
});

it('tells of all that are taken, and how to choose others', async () => {
  const ports = soloPorts({
    ingestPort: portOf(first),
    replicaPorts: [
      { region: 'eu', port: portOf(second) },
      { region: 'us', port: await findFreePort() },
    ],
    operatorPort: await findFreePort(),
  });
  await expect(requireFreePorts(ports)).rejects.toThrow(
    [
      `Port ${portOf(first)} (ingest) is in use. Stop what uses it, or set BEFOREHAND_INGEST_PORT.`,
      `Port ${portOf(second)} (region eu) is in use. Stop what uses it, or set BEFOREHAND_REPLICA_PORTS.`,
    ].join('\n'),
  );
});

it('leaves free ports free', async () => {
  const port = await findFreePort();
  const ports = [{ port, what: 'ingest', setting: 'BEFOREHAND_INGEST_PORT' }];
  await requireFreePorts(ports);
  await requireFreePorts(ports);
});
