// `key` on a keys file that a real ingest reads.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newProducerKey } from '../../src/outbound/file-keys-format.ts';
import { type BrokerNamespace, openBrokerNamespace } from '../broker-namespace.ts';
import { startIngestProcess } from './ingest-process.ts';
import { runCli } from './run-cli.ts';
import { said } from './started-solo.ts';

const patienceMs = 90_000;

const folder = mkdtempSync(join(tmpdir(), 'beforehand-keys-'));
const keysFile = join(folder, 'producer-keys.json');
const { entry: first } = newProducerKey({
  ...{ id: 'first', sources: ['*'], types: ['*'], scopes: ['publish', 'erase'] },
});
writeFileSync(keysFile, JSON.stringify({ keys: [first] }));

let namespace: BrokerNamespace;
let ingest: Awaited<ReturnType<typeof startIngestProcess>>;
beforeAll(async () => {
  namespace = await openBrokerNamespace();
  ingest = await startIngestProcess('', {
    BEFOREHAND_AMQP_URL: namespace.url,
    BEFOREHAND_AMQP_NAMESPACE: namespace.topology.exchanges.events.replace('.events', ''),
    BEFOREHAND_KEYS_FILE: keysFile,
  });
});
afterAll(async () => {
  ingest.child.kill('SIGKILL');
  await ingest.ended;
  await namespace.drop();
  rmSync(folder, { recursive: true });
});

const cli = (args: string[]) => runCli(args, { BEFOREHAND_KEYS_FILE: keysFile });

const told = async (args: string[]) => said(await cli(args)).replaceAll(folder, 'DATA');

describe('keys', () => {
  it(
    'are made, taken by a running ingest, listed without secrets, and refused once revoked',
    async () => {
      const create = ['key', 'create', 'shop-1', '--source', '/shop*', '--type', 'user.*'];
      const { code, stdout, stderr } = await cli(create);
      expect([code, stdout]).toEqual([0, expect.stringMatching(/^bhk_shop-1_[\w-]{43}\n$/)]);
      expect(stderr).toMatch(/^Keep it: it is shown this once\./);
      const key = stdout.trim();
      await ingest.isReady(200);
      const post = async () => (await ingest.post({}, key)).status;
      await expect.poll(post).toBe(202);
      expect(await told(['key', 'list'])).toMatchInlineSnapshot(`
        "ID      MAY            SOURCES  TYPES
        first   publish erase  *        *
        shop-1  publish        /shop*   user.*
        = 0"
      `);
      const { stdout: json } = await cli(['key', 'list', '--json']);
      const secret = key.slice('bhk_shop-1_'.length);
      for (const text of [json, readFileSync(keysFile, 'utf8')]) expect(text).not.toContain(secret);
      expect(json).not.toContain('sha256');
      expect(await told(['key', 'revoke', 'shop-1'])).toMatchInlineSnapshot(`
        "Revoked shop-1: every ingest refuses it within SPAN.
        = 0"
      `);
      await expect.poll(post).toBe(401);
    },
    patienceMs,
  );

  it(
    'keep the file as it was, but for what was asked for',
    async () => {
      const text = JSON.stringify({
        ...JSON.parse(readFileSync(keysFile, 'utf8')),
        note: 'ours',
      });
      writeFileSync(keysFile, text);
      execFileSync('chmod', ['640', keysFile]);
      const args = ['--source', '*', '--type', '*'];
      expect((await cli(['key', 'create', 'more', '--erase', ...args])).code).toBe(0);
      expect(statSync(keysFile).mode & 0o777).toBe(0o640);
      const { note, keys } = JSON.parse(readFileSync(keysFile, 'utf8'));
      expect([note, keys.length, keys[1].scopes]).toEqual(['ours', 2, ['publish', 'erase']]);
      expect(await told(['key', 'create', 'more', ...args])).toMatchInlineSnapshot(`
        "! There is a key more already. Choose another id, or revoke that one first.
        = 1"
      `);
      expect(await told(['key', 'create', 'a b', ...args])).toMatchInlineSnapshot(`
        "! A key's id must match ^[A-Za-z0-9-]{1,64}$.
        = 1"
      `);
      expect(
        await told(['key', 'create', 'c', '--source', '*x', '--type', '*']),
      ).toMatchInlineSnapshot(`
        "! keys[2].sources must list at least one of: a value, a prefix with * behind, or *.
        = 1"
      `);
      expect(
        await told(['key', 'create', 'c', '--source', '/clients/*', '--type', '*']),
      ).toMatchInlineSnapshot(`
        "! No key is good for the source /clients/*: only users' browsers and the platform itself report events of it. Choose another.
        = 1"
      `);
      writeFileSync(`${keysFile}.new`, '');
      expect(await told(['key', 'revoke', 'more'])).toMatchInlineSnapshot(`
        "! Somebody else changes the keys now: DATA/producer-keys.json.new is there. If nobody does, delete it.
        = 1"
      `);
      expect(JSON.parse(readFileSync(keysFile, 'utf8')).keys).toHaveLength(2);
    },
    patienceMs,
  );
});
