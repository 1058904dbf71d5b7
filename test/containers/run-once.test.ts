// What the containers that run once load: none that has secrets loads what authors write.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

/** Leaves a trace wherever it is loaded. */
const configThatTells = (trace: string) => `
  import { appendFileSync } from 'node:fs';
  appendFileSync(${JSON.stringify(trace)}, 'loaded');
  export const config = {
    regions: ['eu'], events: [], slots: {}, generators: [], reactions: [],
    page: { folder: new URL('./', import.meta.url) },
  };
`;

function run(entry: string, env: { [name: string]: string }): void {
  execFileSync(process.execPath, ['--import', 'tsx', `src/main/${entry}.ts`], {
    env: { PATH: process.env.PATH, BEFOREHAND_GATEWAY_REGIONS: 'eu=unix:/run/a.sock', ...env },
    stdio: 'pipe',
  });
}

it('loads the configuration of authors where Nginx is configured, and not where secrets are', () => {
  const directory = mkdtempSync(join(tmpdir(), 'beforehand-run-once-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const trace = join(directory, 'trace');
  const configFile = join(directory, 'authors.config.mjs');
  const [secrets, nginx] = [join(directory, 'secrets'), join(directory, 'nginx')];
  writeFileSync(configFile, configThatTells(trace));

  run('container-setup', {
    BEFOREHAND_CONFIG: configFile,
    BEFOREHAND_SECRETS_DIR: secrets,
  });
  expect(existsSync(join(secrets, 'clients', 'jwks.json'))).toBe(true);
  expect(existsSync(trace)).toBe(false);

  run('container-nginx-setup', {
    BEFOREHAND_CONFIG: configFile,
    BEFOREHAND_NGINX_CONFIG_DIR: nginx,
  });
  expect(existsSync(trace)).toBe(true);
  expect(readFileSync(join(nginx, 'gateway.conf'), 'utf8')).toContain('location /assets/');
});
