// docker/metrics.yaml, as far as its text tells: who can reach what it adds, and with which password.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { root } from '../tidy/files.ts';
import { jobs } from './documented-metrics.ts';

type Service = {
  image?: string;
  ports?: string[];
  networks?: string[];
  volumes?: string[];
  environment?: { [name: string]: string };
};
type Compose = {
  services: { [name: string]: Service };
  networks: { [name: string]: { internal?: boolean; driver_opts?: object } };
  secrets: { [name: string]: { file: string } };
};

const compose: Compose = parse(readFileSync(join(root, 'docker/metrics.yaml'), 'utf8'));
const { grafana, prometheus, ...watched } = compose.services;

it('answers on this machine only, and Prometheus not even there', () => {
  const ports = Object.values(compose.services).flatMap((service) => service.ports ?? []);
  expect(ports).toEqual(grafana?.ports);
  for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  for (const network of prometheus?.networks ?? []) {
    expect(compose.networks[network]).toEqual({ internal: true });
  }
  // One that is not internal publishes, and leads nowhere else.
  const options = { 'com.docker.network.bridge.enable_ip_masquerade': 'false' };
  expect(compose.networks.grafana).toEqual({ driver_opts: options });
});

it('has no password of its own: compose refuses to start without the file', () => {
  expect(compose.secrets['grafana-password']?.file).toMatch(/^\$\{\w+:\?/);
  const given = Object.keys(grafana?.environment ?? {}).filter((name) => /PASSWORD/.test(name));
  expect(given).toEqual(['GF_SECURITY_ADMIN_PASSWORD__FILE']);
});

it('joins every kind of process that Prometheus watches to its network', () => {
  const names = Object.keys(watched);
  for (const job of jobs().filter((name) => name !== 'prometheus')) {
    expect(
      names.some((name) => name === job || name.startsWith(`${job}-`)),
      job,
    ).toBe(true);
  }
  for (const { networks = [] } of Object.values(watched)) {
    expect(networks).toHaveLength(1);
    expect(prometheus?.networks).toEqual(expect.arrayContaining(networks));
  }
});

it('lets no region and no ingest see anybody but Prometheus by it', () => {
  const alone = Object.entries(watched).filter(([name]) => /^(ingest|replica-.+)$/.test(name));
  expect(alone).toHaveLength(4);
  for (const [, { networks = [] }] of alone) {
    const others = Object.values(watched).filter((it) => it.networks?.includes(networks[0] ?? ''));
    expect(others).toHaveLength(1);
  }
});

it('mounts files that are there, and names the version of each image', () => {
  for (const { image, volumes = [] } of [grafana ?? {}, prometheus ?? {}]) {
    expect(image).toMatch(/:v?\d+\.\d+\.\d+$/);
    const files = volumes.filter((volume) => volume.startsWith('./'));
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      expect(existsSync(join(root, 'docker', file.split(':')[0] ?? '')), file).toBe(true);
    }
  }
});
