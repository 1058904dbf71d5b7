// The real gateway before stand-ins: a door for each region, ingests, and a name server for these.

import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { renderGatewayConfig, renderGatewayRegions } from '../../src/main/gateway-config.ts';
import { gatewaySettings } from '../../src/main/gateway-settings.ts';
import { nginxSettings } from '../../src/main/nginx-settings.ts';
import { readSettings } from '../../src/main/settings.ts';
import { findFreePorts } from '../../src/servers/free-ports.ts';
import { startNginxServer } from '../../src/servers/nginx-server.ts';
import { portAnswers } from '../../src/servers/port-answers.ts';

export const regions = ['eu', 'us', 'ap'] as const;
export type Region = (typeof regions)[number];

export type Said = { by: string; method: string; path: string; headers: Record<string, string> };

/** Several addresses of this machine, for one name. */
const ingestHosts = ['127.0.0.1', '127.0.0.2'] as const;

export type StandIn = { asked: string[]; close(): Promise<void>; open(): Promise<void> };

export async function openGateway(env: Record<string, string> = {}, { hasPage = false } = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'beforehand-gateway-'));
  const [port, ingestPort] = (await findFreePorts(2)) as [number, number];
  const streams: ServerResponse[] = [];
  const doors = Object.fromEntries(
    regions.map((region) => [
      region,
      standIn(region, [join(directory, `${region}.sock`)], streams),
    ]),
  ) as Record<Region, StandIn>;
  const ingests = ingestHosts.map((host) => standIn(host, [ingestPort, host], streams));
  const names = await openNameServer();
  const all = [...Object.values(doors), ...ingests];
  for (const each of all) await each.open();

  const settings = readSettings(
    { ...gatewaySettings, ...nginxSettings },
    {
      BEFOREHAND_GATEWAY_REGIONS: regions
        .map((region) => `${region}=unix:${join(directory, `${region}.sock`)}`)
        .join(' '),
      BEFOREHAND_GATEWAY_INGEST: `ingest:${ingestPort}`,
      BEFOREHAND_GATEWAY_RESOLVER: `127.0.0.1:${names.port}`,
      ...env,
    },
  );
  const regionsFile = join(directory, 'regions.conf');
  writeFileSync(regionsFile, renderGatewayRegions(settings));
  const nginx = await startNginxServer({
    directory: join(directory, 'nginx'),
    program: inject('nginxProgram'),
    config: renderGatewayConfig({ listen: `127.0.0.1:${port}`, regionsFile, hasPage }, settings),
    isReady: () => portAnswers(port),
    logFile: join(directory, 'nginx.log'),
  });
  return {
    url: `http://127.0.0.1:${port}`,
    ...{ doors, ingests, streams, names },
    async close() {
      await nginx.stop();
      for (const each of all) await each.close();
      names.close();
      rmSync(directory, { recursive: true });
    },
  };
}

export type Gateway = Awaited<ReturnType<typeof openGateway>>;

/** Says who it is and what it was asked; `/v1/content/NUMBER` is answered with that status, and nothing by whom `hang-…` names. */
function standIn(
  by: string,
  address: [path: string] | [port: number, host: string],
  streams: ServerResponse[],
): StandIn {
  let server: Server | null = null;
  const asked: string[] = [];
  return {
    asked,
    async open() {
      const opened = createServer((request, response) => {
        const { method = '', url: path = '', headers } = request;
        asked.push(`${method} ${path}`);
        if (path.endsWith('/stream')) {
          response.writeHead(200, { 'content-type': 'text/event-stream' });
          response.flushHeaders();
          return void streams.push(response);
        }
        if (path.endsWith(`/hang-${by}`)) return;
        if (path.endsWith('/hang-up')) return void request.socket.destroy();
        response.statusCode = Number(/\/(\d{3})$/.exec(path)?.[1] ?? 200);
        request.resume();
        request.on('end', () => response.end(JSON.stringify({ by, method, path, headers })));
      });
      server = opened;
      await new Promise<void>((resolve) => opened.listen(...(address as [string]), resolve));
    },
    async close() {
      server?.closeAllConnections();
      await new Promise((resolve) => (server === null ? resolve(null) : server.close(resolve)));
      server = null;
    },
  };
}

/** Answers every question for an IPv4 address with those of the ingests, as Docker's own does. */
async function openNameServer() {
  const socket = createSocket('udp4');
  let hosts: readonly string[] = ingestHosts;
  socket.on('message', (question, from) => {
    const end = question.indexOf(0, 12) + 5;
    const isForV4 = question.readUInt16BE(end - 4) === 1;
    const answers = (isForV4 ? hosts : []).map((host) =>
      Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...host.split('.').map(Number)]),
    );
    const head = Buffer.from(question.subarray(0, 12));
    head.writeUInt16BE(0x8180, 2);
    head.writeUInt16BE(answers.length, 6);
    head.writeUInt16BE(0, 8);
    head.writeUInt16BE(0, 10);
    socket.send(
      Buffer.concat([head, question.subarray(12, end), ...answers]),
      from.port,
      from.address,
    );
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    port: socket.address().port,
    setHosts(next: readonly string[]) {
      hosts = next;
    },
    close: () => socket.close(),
  };
}
