// A unit for tests: a real Nginx in front of the real door of a replica, and files laid down for it.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { ReadPages } from '../../src/domain/replica/read-content.ts';
import type { PublicJwk } from '../../src/domain/token-keys.ts';
import { addContentRoutes } from '../../src/inbound/http-content.ts';
import { contentHashOf } from '../../src/inbound/http-etag.ts';
import { addPageRoutes } from '../../src/inbound/http-page.ts';
import { createHttpServer } from '../../src/inbound/http-server.ts';
import { createAuthenticateClient } from '../../src/inbound/http-tokens.ts';
import { nginxSettings } from '../../src/main/nginx-settings.ts';
import { startRegionNginx } from '../../src/main/region-nginx.ts';
import { readSettings } from '../../src/main/settings.ts';
import { filePositions } from '../../src/outbound/file-positions.ts';
import { findFreePorts } from '../../src/servers/free-ports.ts';
import { ensureNginxJs } from '../../src/servers/system-packages.ts';
import * as fixture from './page-fixture.ts';

export type Answer = { status: number; headers: IncomingHttpHeaders; text: string };
export type Asked = {
  method?: string;
  path: string;
  headers?: { [name: string]: string | string[] };
};

export const issuer = 'https://id.example';
export const audience = 'content';
export const secret = 'a secret of at least thirty-two bytes';
export const origin = 'https://app.example';

/** Nobody but the user may ever see this. */
export const canaryOf = (user: string) => `canary-of-${user}`;
export const documentOf = (user: string) => JSON.stringify({ user, slots: canaryOf(user) });
export const genericText = '{"slots":"for everyone"}';
export const pendingText = '{"slots":"pending"}';

/** Users whose document is a file. Others have none, and their document is the replica's to say. */
export const positioned = ['alice', 'bob', 'a@b', '..alice', 'none', 'pending.json'];

type Given = {
  keys: readonly PublicJwk[];
  hasSecret?: boolean;
  /** Settings of Nginx by their variables. */
  env?: { readonly [name: string]: string };
  /** What the replica says. */
  readDocument?: (user: string) => Promise<string>;
  /** Whether the configuration has one, see page-fixture.ts. */
  hasPage?: boolean;
  readPage?: (user: string) => Promise<string>;
};

export async function openDoor(given: Given) {
  const { keys, hasSecret = false, env = {} } = given;
  const { readDocument = async (user: string) => documentOf(user) } = given;
  const { hasPage = false, readPage = fixture.pages.page } = given;
  const directory = mkdtempSync(join(tmpdir(), 'beforehand-door-'));
  const files = {
    ...{ jwks: join(directory, 'jwks.json'), secret: join(directory, 'secret') },
    ...{ positions: join(directory, 'positions'), socket: join(directory, 'replica.sock') },
    nginx: join(directory, 'nginx'),
  };
  const writeKeys = (jwks: readonly PublicJwk[]) =>
    writeFileSync(files.jwks, JSON.stringify({ keys: jwks }));
  writeKeys(keys);
  writeFileSync(files.secret, secret);
  const positions = filePositions({
    ...{ directory: files.positions, maxFiles: 1_000, nowMs: Date.now, hashOf: contentHashOf },
    hasPages: hasPage,
  });
  for (const user of positioned) {
    const page = hasPage ? Buffer.from(fixture.pageOf(user)) : undefined;
    positions.write(user, Buffer.from(documentOf(user)), page);
  }
  const generic = { generic: Buffer.from(genericText), pending: Buffer.from(pendingText) };
  positions.writeGeneric(generic, hasPage ? fixture.genericPages : undefined);
  if (hasPage) fixture.layDownPageFiles(files.positions);
  positions.beat();

  const readPages = hasPage ? { ...fixture.pages, page: readPage } : null;
  const replica = await openReplica({ keys, hasSecret, readDocument, readPages });
  const url = new URL(
    await replica.listen({ host: '127.0.0.1', port: 0, socketPath: files.socket }),
  );
  const [port] = (await findFreePorts(1)) as [number];
  const nginx = await startRegionNginx({
    directory: files.nginx,
    program: inject('nginxProgram'),
    logFile: join(directory, 'nginx.log'),
    places: {
      ...{ port, replicaSocket: files.socket, positionsDir: files.positions, genericMaxAgeS: 5 },
      hasPage,
      jsModule: ensureNginxJs(console.log),
      tokens: {
        ...{ jwksFile: files.jwks, secretFile: hasSecret ? files.secret : '' },
        ...{ issuer, audience, clockToleranceS: 0 },
      },
    },
    limits: readSettings(nginxSettings, {
      ...{ BEFOREHAND_CORS_ORIGINS: origin, ...fixture.addressesEnv },
      ...env,
    }),
  });
  return {
    ...{ files, positions, writeKeys, port, logFile: join(directory, 'nginx.log') },
    /** Through Nginx. */
    ask: (asked: Asked) => send(port, asked),
    /** The reference. */
    askReplica: (asked: Asked) => send(Number(url.port), asked),
    stopReplica: replica.stop,
    nginxPids: nginx.pids,
    async stop() {
      await Promise.all([replica.stop(), nginx.stop()]);
      await rm(directory, { recursive: true });
    },
  };
}

type OfReplica = Required<Pick<Given, 'keys' | 'hasSecret' | 'readDocument'>> & {
  readPages: ReadPages | null;
};

async function openReplica(given: OfReplica) {
  const server = await createHttpServer({
    about: { title: 'test', description: 'test', version: '1' },
    ...{ observe: () => {}, health: () => ({ reasons: [] }) },
    ...{ maxBodyBytes: 1_024, maxRequests: 1_000, maxConnections: 1_000, drainMs: 0 },
    ...{ requestTimeoutMs: 15_000, handlerTimeoutMs: 15_000, stopTimeoutMs: 100 },
  });
  const current = {
    jwks: given.keys,
    secret: given.hasSecret ? new TextEncoder().encode(secret) : null,
  };
  const authenticate = createAuthenticateClient({
    keys: { current: () => current },
    ...{ issuer, audience, clockToleranceS: 0, nowMs: Date.now },
    tokenCookie: 'beforehand_token',
  });
  const { readPages: pages } = given;
  if (pages !== null) {
    const { pageFiles: files, addresses } = fixture;
    addPageRoutes(server.routes, { pages, files, addresses, authenticate });
  }
  addContentRoutes(server.routes, {
    read: {
      document: given.readDocument,
      watched: given.readDocument,
      slot: async (user, slot) => (slot === 'offers' ? documentOf(user) : null),
      genericDocument: () => genericText,
      pages,
    },
    authenticate,
    corsOrigins: [origin],
    genericMaxAgeS: 5,
    // No test here opens a stream.
    watch: () => null,
    ...{ observe: () => {}, nowMs: Date.now, streamHeartbeatMs: 15_000, streamStallMs: 15_000 },
  });
  return server;
}

/** The path is sent as it is. */
function send(port: number, { method = 'GET', path, headers = {} }: Asked): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, method, path, headers, agent: false };
    const outgoing = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const { statusCode: status = 0, headers: answered } = response;
        resolve({ status, headers: answered, text: Buffer.concat(chunks).toString() });
      });
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}
