// When dependencies are installed, with an npm that only takes notes.

import { spawn } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';

type Packages = { [path: string]: { version: string; integrity: string; optional?: boolean } };

const script = join(import.meta.dirname, '..', '..', 'scripts', 'install.mjs');
const left = { version: '1.0.0', integrity: 'sha512-left' };
const right = { version: '2.0.0', integrity: 'sha512-right' };

// Notes that it was called, is slow enough to be met by another, and installs all that is wanted.
const fakeNpm = `
  const fs = require('node:fs');
  fs.appendFileSync('calls.txt', process.argv.slice(2).join(' ') + '\\n');
  if (fs.existsSync('npm-fails')) process.exit(7);
  setTimeout(() => {
    fs.mkdirSync('node_modules', { recursive: true });
    fs.copyFileSync('package-lock.json', 'node_modules/.package-lock.json');
    console.log('added 2 packages');
  }, 300);
`;

const projects: string[] = [];
afterEach(async () => {
  for (const project of projects.splice(0)) await rm(project, { recursive: true });
});

function createProject(wanted: Packages, installed: Packages | null): string {
  const project = mkdtempSync(join(tmpdir(), 'beforehand-install-'));
  projects.push(project);
  mkdirSync(join(project, 'scripts'));
  copyFileSync(script, join(project, 'scripts', 'install.mjs'));
  writeFileSync(join(project, 'npm.js'), fakeNpm);
  writeFileSync(join(project, 'package-lock.json'), JSON.stringify({ packages: wanted }));
  if (installed !== null) {
    mkdirSync(join(project, 'node_modules'));
    const file = join(project, 'node_modules', '.package-lock.json');
    writeFileSync(file, JSON.stringify({ packages: installed }));
  }
  return project;
}

function install(project: string): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [join(project, 'scripts', 'install.mjs')], {
    env: { ...process.env, npm_execpath: join(project, 'npm.js') },
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (data) => (out += data));
  child.stderr.on('data', (data) => (err += data));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err })));
}

function npmCalls(project: string): string[] {
  const file = join(project, 'calls.txt');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
}

it('installs into a fresh clone and keeps stdout for the script that follows', async () => {
  const project = createProject({ 'node_modules/left': left }, null);
  const { code, out, err } = await install(project);
  expect({ code, out }).toEqual({ code: 0, out: '' });
  expect(err).toContain('Installing dependencies…');
  expect(npmCalls(project)).toEqual(['ci --loglevel=error']);
});

it.each<[string, Packages, Packages]>([
  [
    'a package is missing',
    { 'node_modules/l': left, 'node_modules/r': right },
    { 'node_modules/l': left },
  ],
  [
    'a package is no longer wanted',
    { 'node_modules/l': left },
    { 'node_modules/l': left, 'node_modules/r': right },
  ],
  [
    'a version differs',
    { 'node_modules/l': { ...left, version: '1.0.1' } },
    { 'node_modules/l': left },
  ],
  [
    'the contents of a version differ',
    { 'node_modules/l': { ...left, integrity: 'sha512-x' } },
    { 'node_modules/l': left },
  ],
])('installs when %s', async (_, wanted, installed) => {
  const project = createProject(wanted, installed);
  expect(await install(project)).toMatchObject({ code: 0 });
  expect(npmCalls(project)).toHaveLength(1);
});

it('installs nothing when only packages for other platforms are not there', async () => {
  const wanted = { 'node_modules/l': left, 'node_modules/mac': { ...right, optional: true } };
  const project = createProject(wanted, { 'node_modules/l': left });
  expect(await install(project)).toEqual({ code: 0, out: '', err: '' });
  expect(npmCalls(project)).toEqual([]);
});

it('installs once when two scripts start at the same time', async () => {
  const project = createProject({ 'node_modules/left': left }, null);
  const results = await Promise.all([install(project), install(project), install(project)]);
  expect(results.map(({ code }) => code)).toEqual([0, 0, 0]);
  expect(npmCalls(project)).toHaveLength(1);
});

it('fails with one clear line when npm fails, and tries again the next time', async () => {
  const project = createProject({ 'node_modules/left': left }, null);
  writeFileSync(join(project, 'npm-fails'), '');
  const { code, err } = await install(project);
  expect(code).toBe(1);
  expect(err).toContain('Installing the dependencies failed: `npm ci` ended with code 7.');
  await install(project);
  expect(npmCalls(project)).toHaveLength(2);
});
