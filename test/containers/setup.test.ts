// The set-up of the containers: what it makes once, keeps, and gives to whom.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { findInstallation } from '../../src/main/cli-installation.ts';
import { brokerDefinitions, brokerLogins } from '../../src/main/container-broker.ts';
import { writeNginxConfigs } from '../../src/main/container-nginx.ts';
import { makeSecrets } from '../../src/main/container-secrets.ts';
import { gatewaySettings } from '../../src/main/gateway-settings.ts';
import { nginxSettings } from '../../src/main/nginx-settings.ts';
import { findInspectorUrl } from '../../src/main/psql-place.ts';
import { replicaLimits } from '../../src/main/replica-settings.ts';
import { readSettings } from '../../src/main/settings.ts';
import {
  contentRequestKey,
  createTopology,
  markerKey,
  pageRequestKey,
  receiptKey,
} from '../../src/wire/topology.ts';

const regions = ['eu', 'us'];
const directory = mkdtempSync(join(tmpdir(), 'beforehand-setup-'));
const secretsDir = join(directory, 'secrets');

beforeAll(() => makeSecrets(secretsDir, regions));
afterAll(() => rmSync(directory, { recursive: true }));

const secretOf = (...path: string[]) => readFileSync(join(secretsDir, ...path), 'utf8');

function allFiles(): { [file: string]: string } {
  const files = readdirSync(secretsDir, { recursive: true, encoding: 'utf8' })
    .filter((file) => statSync(join(secretsDir, file)).isFile())
    .map((file) => [file, secretOf(file)]);
  return Object.fromEntries(files);
}

it('makes every password once, each another one, and keeps it', async () => {
  const before = allFiles();
  const urls = Object.entries(before).filter(([file]) => file.includes('-url'));
  const passwords = urls.map(([, url]) => new URL(url).password);
  expect(new Set(passwords).size).toBe(passwords.length);
  for (const password of passwords) expect(password).toMatch(/^[\w-]{32}$/);
  await makeSecrets(secretsDir, regions);
  const { 'rabbitmq/definitions.json': _, ...kept } = before;
  expect(allFiles()).toMatchObject(kept);
});

it('gives a replica no password of Postgres, and an ingest none either', () => {
  for (const name of ['ingest', 'replica-eu', 'replica-us', 'rabbitmq']) {
    const files = readdirSync(join(secretsDir, name));
    for (const file of files) expect(secretOf(name, file)).not.toContain('postgres://');
  }
  expect(existsSync(join(secretsDir, 'clients', 'credentials.json'))).toBe(false);
  expect(secretOf('clients', 'jwks.json')).not.toContain('"d"');
});

it('tells the command line and psql where everything is', () => {
  const env = { BEFOREHAND_DATA_DIR: join(secretsDir, 'admin') };
  expect(findInstallation(env)).toMatchObject({
    postgres: secretOf('operator', 'postgres-url-operator'),
    amqp: secretOf('admin', 'amqp-url'),
    ingests: ['http://ingest:8080'],
    producerKey: expect.stringMatching(/./),
    regions: { eu: expect.stringMatching(/^http:/), us: expect.stringMatching(/^http:/) },
  });
  expect(findInspectorUrl(env)).toBe(secretOf('admin', 'postgres-url-inspector'));
});

it('tells RabbitMQ no password, but what proves it', () => {
  const definitions = secretOf('rabbitmq', 'definitions.json');
  expect(definitions).not.toContain(new URL(secretOf('worker', 'amqp-url')).password);
});

it.each([
  ['a page', true],
  ['no page', false],
])('renders what Nginx takes for the gateway, with %s', (_, hasPage) => {
  const env = { BEFOREHAND_GATEWAY_REGIONS: 'eu=unix:/run/a.sock us=unix:/run/b.sock' };
  const { clockToleranceS, genericMaxAgeS } = replicaLimits;
  const nginxDir = join(directory, 'nginx');
  const settings = { ...gatewaySettings, ...nginxSettings, clockToleranceS, genericMaxAgeS };
  writeNginxConfigs(nginxDir, readSettings(settings, env), { hasPage });
  const config = join(nginxDir, 'gateway.conf');
  const args = ['-t', '-p', `${nginxDir}/`, '-c', config, '-e', 'stderr', '-g', 'pid nginx.pid;'];
  execFileSync('mkdir', ['-p', join(nginxDir, 'temp')]);
  expect(() => execFileSync(inject('nginxProgram'), args, { stdio: 'pipe' })).not.toThrow();
  expect(readdirSync(nginxDir)).toEqual(
    expect.arrayContaining(['door.conf', 'verifier.conf', 'gateway.conf', 'regions.conf']),
  );
  for (const name of ['door.conf', 'gateway.conf']) {
    const text = readFileSync(join(nginxDir, name), 'utf8');
    expect(text.includes('location /assets/')).toBe(hasPage);
  }
});

const passwords = Object.fromEntries(
  ['admin', 'ingest', 'worker', 'operator', 'replica-eu', 'replica-us'].map((it) => [it, it]),
);
const definitions = brokerDefinitions(brokerLogins(regions, passwords));

/** Whether RabbitMQ would let the user do so; the name `''` of the default exchange is amq.default. */
function may(user: string, verb: 'configure' | 'write' | 'read', name: string): boolean {
  const found = definitions.permissions.find((permission) => permission.user === user);
  return found !== undefined && new RegExp(found[verb]).test(name === '' ? 'amq.default' : name);
}

function mayTopic(user: string, verb: 'write' | 'read', exchange: string, key: string): boolean {
  const rule = definitions.topic_permissions.find(
    (it) => it.user === user && it.exchange === exchange,
  );
  return may(user, verb, exchange) && (rule === undefined || new RegExp(rule[verb]).test(key));
}

const { declared, replicaQueues } = createTopology('');
const limits = { maxMessages: 1, maxBytes: 1 };
const queuesOf = (region: string) =>
  Object.values(replicaQueues({ region, instance: `${region}-1` }, limits));

it('lets a replica have its own queues, bound as they are', () => {
  for (const { name, arguments: given, bindings } of queuesOf('eu')) {
    for (const verb of ['configure', 'write', 'read'] as const)
      expect(may('replica-eu', verb, name)).toBe(true);
    const dead = Object.entries(given).filter(([key]) => key === 'x-dead-letter-exchange');
    for (const [, to] of dead) expect(may('replica-eu', 'write', String(to))).toBe(true);
    for (const { exchange, pattern } of bindings) {
      expect([pattern, mayTopic('replica-eu', 'read', exchange, pattern)]).toEqual([pattern, true]);
    }
  }
  const keys = [pageRequestKey, contentRequestKey, receiptKey].map((keyOf) => keyOf('eu'));
  for (const key of [...keys, markerKey('eu', 'eu-1')]) {
    expect(mayTopic('replica-eu', 'write', 'edge', key)).toBe(true);
  }
});

it('lets a replica near nothing else', () => {
  for (const { name, bindings } of [...queuesOf('us'), ...declared]) {
    for (const verb of ['configure', 'write', 'read'] as const)
      expect(may('replica-eu', verb, name)).toBe(false);
    for (const { exchange, pattern } of bindings) {
      if (pattern.includes('.all.')) continue;
      expect([pattern, mayTopic('replica-eu', 'read', exchange, pattern)]).toEqual([
        pattern,
        false,
      ]);
    }
  }
  for (const exchange of ['', 'events', 'content', 'clock']) {
    expect(may('replica-eu', 'write', exchange)).toBe(false);
  }
  expect(mayTopic('replica-eu', 'write', 'edge', 'pages.us')).toBe(false);
  expect(mayTopic('replica-eu', 'read', 'content', '#')).toBe(false);
});

it('lets an ingest publish events and hear the time, and no more', () => {
  expect(mayTopic('ingest', 'write', 'events', 'interactive')).toBe(true);
  expect(mayTopic('ingest', 'read', 'clock', 'now')).toBe(true);
  for (const { name } of [...declared, ...queuesOf('eu')]) {
    for (const verb of ['configure', 'write', 'read'] as const)
      expect(may('ingest', verb, name)).toBe(false);
  }
  for (const exchange of ['', 'content', 'edge', 'clock']) {
    expect(may('ingest', 'write', exchange)).toBe(false);
  }
});

it('lets a worker declare and use what is common', () => {
  for (const { name, bindings } of declared) {
    for (const verb of ['configure', 'write', 'read'] as const)
      expect(may('worker', verb, name)).toBe(true);
    for (const { exchange } of bindings) expect(may('worker', 'read', exchange)).toBe(true);
  }
  expect(may('worker', 'read', 'content.eu.eu-1.interactive')).toBe(false);
});
