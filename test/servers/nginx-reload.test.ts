import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { findFreePorts } from '../../src/servers/free-ports.ts';
import { reloadNginx } from '../../src/servers/nginx-reload.ts';
import { type NginxServer, startNginxServer } from '../../src/servers/nginx-server.ts';
import { portAnswers } from '../../src/servers/port-answers.ts';

const directory = mkdtempSync(join(tmpdir(), 'beforehand-reload-'));
let port = 0;
let nginx: NginxServer;

const options = (config: string) => ({
  ...{ directory, program: inject('nginxProgram'), config },
  logFile: join(directory, 'nginx.log'),
  isReady: () => portAnswers(port),
});

/** Answers every request with one word, on a new connection each time. */
const saying = (word: string) => `
  error_log stderr crit;
  worker_processes 2;
  events { worker_connections 256; }
  http {
    access_log off;
    keepalive_timeout 0;
    client_body_temp_path temp/body;
    proxy_temp_path temp/proxy;
    fastcgi_temp_path temp/fastcgi;
    uwsgi_temp_path temp/uwsgi;
    scgi_temp_path temp/scgi;
    server { listen 127.0.0.1:${port}; location / { return 200 "${word}"; } }
  }`;

const ask = () => fetch(`http://127.0.0.1:${port}/`).then((response) => response.text());

beforeAll(async () => {
  [port = 0] = await findFreePorts(1);
  nginx = await startNginxServer(options(saying('before')));
});
afterAll(async () => {
  await nginx.stop();
  rmSync(directory, { recursive: true });
});

it('answers every request while it takes up a new configuration', async () => {
  const heard: string[] = [];
  let isOver = false;
  const clients = Array.from({ length: 8 }, async () => {
    while (!isOver) heard.push(await ask().catch((error) => String(error.cause)));
  });
  const { pid } = nginx.process;
  await expect.poll(() => heard.length).toBeGreaterThan(20);
  nginx = await reloadNginx(nginx.process, options(saying('after')));
  await expect.poll(() => heard.at(-1)).toBe('after');
  isOver = true;
  await Promise.all(clients);
  expect([...new Set(heard)].toSorted()).toEqual(['after', 'before']);
  expect(nginx.process.pid).toBe(pid);
});

it('goes on as it was when the new configuration is wrong, and says what is wrong', async () => {
  const { process } = nginx;
  await expect(reloadNginx(process, options('nonsense;'))).rejects.toThrow('nonsense');
  expect(await ask()).toBe('after');
});
