// docker/compose.home.yaml, without an engine: what its products may do, reach and keep.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { config } from '../../home.config.ts';
import { root } from '../tidy/files.ts';

type Service = {
  image?: string;
  command?: string[];
  networks?: string[];
  ports?: string[];
  volumes?: string[];
  environment?: Record<string, string>;
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test?: string[]; disable?: boolean };
  deploy?: { resources?: { limits?: Record<string, string | number> } };
};
type Compose = {
  services: Record<string, Service>;
  networks: Record<string, { internal?: boolean }>;
  volumes: Record<string, unknown>;
};

const read = (name: string): Compose =>
  parse(readFileSync(join(root, 'docker', name), 'utf8'), { merge: true });
const base = read('compose.yaml');
const home = read('compose.home.yaml');
const products = Object.entries(config.services ?? {});
const keyed = products.filter(([, { source }]) => source !== undefined);
const added = Object.entries(home.services).filter(([name]) => !(name in base.services));

const service = (name: string): Service => {
  const found = home.services[name];
  if (found === undefined) throw new Error(`There is no service ${name}.`);
  return found;
};
const secretsOf = ({ volumes = [] }: Service) =>
  volumes.map((it) => it.split(':')).filter(([name = '']) => name.startsWith('secrets-'));

it('adds the products of the configuration and keys for those that report, and nothing else', () => {
  const keys = keyed.map(([name]) => `${name}-key`);
  const names = [...products.map(([name]) => name), ...keys];
  expect(added.map(([name]) => name).toSorted()).toEqual(names.toSorted());
});

it('tells the configuration to everybody who is told one', () => {
  const told = ({ services }: Compose) =>
    Object.keys(services).filter((name) => services[name]?.environment?.BEFOREHAND_CONFIG);
  const asks = Object.keys(base.services).filter(
    (name) => base.services[name]?.environment?.BEFOREHAND_CONFIG !== undefined,
  );
  expect(told(home).toSorted()).toEqual(asks.toSorted());
  const origins = (name: string) => home.services[name]?.environment?.BEFOREHAND_CORS_ORIGINS;
  for (const name of told(home)) expect(origins(name)).toBe(origins('ingest'));
});

describe.each(added)('%s', (name, described) => {
  it('is as confined as all others, and publishes nothing', () => {
    expect(described).toMatchObject({
      ...{ user: '1000:1000', read_only: true, init: true, cap_drop: ['ALL'] },
      security_opt: ['no-new-privileges:true'],
    });
    expect(described.ports).toBeUndefined();
    const limits = Object.keys(described.deploy?.resources?.limits ?? {});
    expect(limits.toSorted()).toEqual(['cpus', 'memory', 'pids']);
  });

  it('is asked for its health, or runs once', () => {
    const isOnce = name.endsWith('-key');
    expect(described.healthcheck?.disable ?? false).toBe(isOnce);
    if (!isOnce) expect(described.healthcheck?.test?.[0]).toBe('CMD');
  });

  it('has no secret in its environment', () => {
    const environment = Object.keys(described.environment ?? {});
    const secrets = environment.filter((key) => /PASS|SECRET|KEY|URL$/.test(key));
    expect(secrets.filter((key) => !/_FILE$|^BEFOREHAND_INGEST_URL$/.test(key))).toEqual([]);
  });
});

it('names only volumes and networks that there are', () => {
  const volumes = Object.keys({ ...base.volumes, ...home.volumes });
  for (const [, { volumes: mounts = [], networks = [] }] of Object.entries(home.services)) {
    expect(volumes).toEqual(expect.arrayContaining(mounts.map((it) => it.split(':')[0])));
    expect(Object.keys(home.networks)).toEqual(expect.arrayContaining(networks));
  }
});

describe.each(products)('%s', (name, { command, url, source, types }) => {
  const described = service(name);

  it('runs what solo and the stack run', () => {
    const program = command.at(-1)?.split('/').at(-1);
    if (command[0] === 'node') expect(described.command?.at(-1)).toMatch(`/products/${program}`);
    else expect(readFileSync(join(root, 'docker/Dockerfile'), 'utf8')).toContain(`${program}`);
    expect(service('worker').environment?.[url]).toBe(`http://${name}:8080`);
    expect(described.environment).toMatchObject({ HOST: '0.0.0.0', PORT: '8080' });
  });

  it('sees the worker, and an ingest if it reports, in networks of their own', () => {
    for (const network of described.networks ?? []) {
      const members = Object.keys(home.services).filter((it) =>
        service(it).networks?.includes(network),
      );
      const other = network.startsWith('reports-') ? 'ingest' : 'worker';
      expect(members.toSorted()).toEqual([name, other].toSorted());
      expect(home.networks[network]).toEqual({ internal: true });
      expect(Object.keys(base.networks)).not.toContain(network);
    }
    expect(described.networks).toHaveLength(source === undefined ? 1 : 2);
  });

  it('has a key for what the configuration says, if that says so, and reads no other', () => {
    const own = source === undefined ? [] : [[`secrets-${name}`, '/secrets/service', 'ro']];
    expect(secretsOf(described)).toEqual(own);
    if (source === undefined) return;
    const { command: made = [], ...keeper } = service(`${name}-key`);
    expect(made.slice(2)).toEqual([
      ...[name, `--source=${source}`, ...(types ?? []).map((type) => `--type=${type}`)],
      `--file=${described.environment?.BEFOREHAND_PRODUCER_KEY_FILE}`,
    ]);
    expect(secretsOf(keeper).map(([volume]) => volume)).toEqual([
      ...['secrets-producers', `secrets-${name}`],
    ]);
    // An ingest that does not know the key yet would refuse it for good.
    expect(Object.keys(service('ingest').depends_on ?? {})).toContain(`${name}-key`);
    expect(described.depends_on).toEqual({ ingest: { condition: 'service_healthy' } });
  });
});

it('makes one key after the other, because their file is changed by one at a time', () => {
  const [first = '', ...others] = keyed.map(([name]) => `${name}-key`);
  expect(Object.keys(service(first).depends_on ?? {})).toEqual(['setup']);
  others.reduce((before, name) => {
    expect(Object.keys(service(name).depends_on ?? {})).toEqual([before]);
    return name;
  }, first);
});

it('keeps the state of a product that has one', () => {
  const stateful = products.filter(([, { command }]) => {
    const program = readFileSync(join(root, command.at(-1) ?? ''), 'utf8');
    return /openJsonFile|openQuotes|DATA_DIR/.test(program);
  });
  expect(stateful.map(([name]) => name)).toEqual(['insurance', 'energy', 'savings']);
  for (const [name] of stateful) expect(service(name).volumes).toContain(`${name}:/data`);
});
