// docker/compose.yaml, without an engine: who may reach what, as whom, and within which bounds.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { unknownSettings } from '../../src/main/unknown-settings.ts';

type Service = {
  user?: string;
  init?: boolean;
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  network_mode?: string;
  networks?: string[];
  ports?: string[];
  volumes?: string[];
  environment?: Record<string, string>;
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test?: string[]; disable?: boolean; start_interval?: string };
  stop_grace_period?: string;
  profiles?: string[];
  command?: string[];
  deploy?: { replicas?: number; resources?: { limits?: Record<string, string | number> } };
};

type Compose = {
  services: Record<string, Service>;
  networks: Record<string, { internal?: boolean; driver_opts?: Record<string, string> }>;
  volumes: Record<string, { driver_opts?: Record<string, string> } | null>;
};

const read = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../${name}`, import.meta.url)), 'utf8');
const text = read('docker/compose.yaml');
const compose = parse(text, { merge: true }) as Compose;
const services = Object.entries(compose.services);
const regions = ['eu', 'us', 'ap'];

const service = (name: string): Service => {
  const found = compose.services[name];
  if (found === undefined) throw new Error(`There is no service ${name}.`);
  return found;
};
const mounts = (name: string) => (service(name).volumes ?? []).map((it) => it.split(':')[0] ?? '');
const networks = (name: string) => (service(name).networks ?? []).toSorted();

it('has what the architecture has', () => {
  const ofRegions = regions.flatMap((it) => [`replica-${it}`, `verifier-${it}`, `nginx-${it}`]);
  expect(services.map(([name]) => name).toSorted()).toEqual(
    [
      ...['setup', 'rabbitmq', 'postgres', 'logins', 'migrate', 'ingest', 'worker', 'operator'],
      ...[...ofRegions, 'nginx-config', 'gateway', 'tools'],
    ].toSorted(),
  );
  expect(service('ingest').deploy?.replicas).toBe(2);
});

describe.each(services)('%s', (name, described) => {
  it('is not root, writes to no image, and gains no rights', () => {
    expect(described.user).toMatch(/^(1000:1000|postgres|rabbitmq)$/);
    expect(described).toMatchObject({ read_only: true, init: true, cap_drop: ['ALL'] });
    expect(described.security_opt).toEqual(['no-new-privileges:true']);
  });

  it('has limits', () => {
    const limits = Object.keys(described.deploy?.resources?.limits ?? {});
    expect(limits.toSorted()).toEqual(['cpus', 'memory', 'pids']);
  });

  it('sets only what a process reads, and no secret', () => {
    const environment = described.environment ?? {};
    expect(unknownSettings(environment)).toEqual([]);
    expect(Object.keys(environment)).not.toContain('BEFOREHAND_AMQP_URL');
    expect(Object.keys(environment)).not.toContain('BEFOREHAND_POSTGRES_URL');
    const secrets = Object.keys(environment).filter((key) => /PASS|SECRET|KEY/.test(key));
    expect(secrets.every((key) => key.endsWith('_FILE'))).toBe(true);
  });

  it('is asked for its health, or runs once', () => {
    const isOnce = ['setup', 'nginx-config', 'logins', 'migrate', 'tools'].includes(name);
    expect(described.healthcheck?.disable ?? false).toBe(isOnce);
    if (isOnce || described.healthcheck?.test === undefined) return;
    expect(described.healthcheck.test[0]).toBe('CMD');
  });

  it('reads the secrets of nobody else', () => {
    const own: { [name: string]: string[] } = {
      ingest: ['secrets-clients', 'secrets-ingest', 'secrets-producers'],
      tools: ['secrets-admin', 'secrets-producers'],
      setup: Object.keys(compose.volumes).filter((volume) => volume.startsWith('secrets-')),
      gateway: [],
      'nginx-config': [],
      ...Object.fromEntries(
        regions.flatMap((region) => [
          [`replica-${region}`, ['secrets-clients', `secrets-replica-${region}`]],
          [`verifier-${region}`, ['secrets-clients']],
          [`nginx-${region}`, ['secrets-clients']],
        ]),
      ),
    };
    const secrets = mounts(name).filter((volume) => volume.startsWith('secrets-'));
    expect(secrets.toSorted()).toEqual((own[name] ?? [`secrets-${name}`]).toSorted());
  });
});

it('publishes the gateway and the operator only, the operator on loopback', () => {
  const published = services.filter(([, { ports }]) => ports !== undefined);
  expect(published.map(([name]) => name).toSorted()).toEqual(['gateway', 'operator']);
  expect(service('operator').ports).toEqual([expect.stringMatching(/^127\.0\.0\.1:/)]);
});

it('lets everybody reach what the architecture says, and nobody the world outside', () => {
  const reachable = Object.fromEntries(services.map(([name]) => [name, networks(name)]));
  expect(reachable).toMatchObject({
    ...{ ingest: ['broker-ingest', 'posts'], worker: ['broker', 'database'] },
    ...{ operator: ['broker', 'database', 'loopback'], gateway: ['front', 'posts'] },
    ...{ rabbitmq: ['broker', 'broker-ap', 'broker-eu', 'broker-ingest', 'broker-us'] },
    postgres: ['database'],
    ...{ logins: ['database'], migrate: ['database'] },
  });
  for (const region of regions) {
    expect(networks(`replica-${region}`)).toEqual([`broker-${region}`]);
    const members = services.filter(([name]) => networks(name).includes(`broker-${region}`));
    expect(members.map(([name]) => name)).toEqual(['rabbitmq', `replica-${region}`]);
    expect(service(`nginx-${region}`).network_mode).toBe('none');
    expect(service(`verifier-${region}`).network_mode).toBe('none');
  }
  for (const [name, network] of Object.entries(compose.networks)) {
    const masquerades = network.driver_opts?.['com.docker.network.bridge.enable_ip_masquerade'];
    expect([name, network.internal === true || masquerades === 'false']).toEqual([name, true]);
  }
});

it('starts no more processes of an Nginx than it may have', () => {
  const processes = Number(service('nginx-config').environment?.BEFOREHAND_NGINX_WORKER_PROCESSES);
  for (const name of ['gateway', 'nginx-eu', 'verifier-eu']) {
    const { pids } = service(name).deploy?.resources?.limits ?? {};
    expect(processes).toBeLessThan(Number(pids) / 2);
  }
});

it('asks RabbitMQ whether its port answers, as the user it runs as', () => {
  const { user, healthcheck } = service('rabbitmq');
  expect(user).toBe('rabbitmq');
  expect(healthcheck?.test).toEqual([
    'CMD',
    'rabbitmq-diagnostics',
    '-q',
    'check_port_connectivity',
  ]);
  expect(read('docker/rabbitmq.conf')).toContain('\nraft.wal_max_size_bytes = 67108864\n');
});

it.each([
  ['worker', 35],
  ['ingest', 15],
  ['replica-eu', 15],
  ['operator', 15],
  ['gateway', 20],
])('waits longer for %s to stop than it may take', (name, takesS) => {
  expect(Number.parseInt(service(name).stop_grace_period ?? '0', 10)).toBeGreaterThan(takesS);
});

it('shares positions and sockets of a region in memory, and with nobody else', () => {
  for (const region of regions) {
    const users = services.filter(([name]) => mounts(name).includes(`unit-${region}`));
    expect(users.map(([name]) => name)).toEqual(
      ['replica', 'verifier', 'nginx'].map((kind) => `${kind}-${region}`),
    );
    expect(compose.volumes[`unit-${region}`]?.driver_opts).toMatchObject({ type: 'tmpfs' });
  }
});

it('names only volumes and networks that there are', () => {
  for (const [name] of services) {
    const named = mounts(name).filter((volume) => !/^[./]/.test(volume));
    expect(Object.keys(compose.volumes)).toEqual(expect.arrayContaining(named));
    expect(Object.keys(compose.networks)).toEqual(expect.arrayContaining(networks(name)));
  }
});
