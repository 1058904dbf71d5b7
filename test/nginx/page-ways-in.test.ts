// Nobody finds another way to a page, or by way of its files to anything else that lies there.

import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { positionPathOf } from '../../src/outbound/file-position-path.ts';
import { bearer, es256, sign } from './client-tokens.ts';
import { canaryOf, openDoor } from './open-door.ts';
import { genericPage, pageOf, pendingPage } from './page-fixture.ts';

let door: Awaited<ReturnType<typeof openDoor>>;
const secret = 'nobody may see this';

beforeAll(async () => {
  door = await openDoor({ keys: [es256.jwk], hasPage: true });
  writeFileSync(join(door.files.positions, 'secret.svg'), secret);
  writeFileSync(join(door.files.positions, 'assets', '.hidden.svg'), secret);
  symlinkSync('../secret.svg', join(door.files.positions, 'assets', '.linked.svg'));
});

afterAll(() => door.stop());

const bobs = positionPathOf('bob');
const headers = bearer(await sign());

const ways = [
  ...[`/pages/${bobs}`, `/users/${bobs}`, `/page/${bobs}`, `/page`, '/page/', '/page/generic'],
  ...['/page/pending', '/page/verdict', '/generic.html', '/pending.html', '/index.html', '/me'],
  ...[
    '/bob',
    '/?user=bob',
    '/?x-position=bob',
    '/#bob',
    '//',
    '/.',
    '/./',
    '/%2e',
    '/%2f',
    '/;bob',
  ],
  ...['/x/..', '/assets/..', '/pages/..', '/%00', '/bob/../', `/..%2fpages/${bobs}`],
];

const throughFiles = [
  ...['/assets/../secret.svg', '/assets/..%2fsecret.svg', '/assets/%2e%2e/secret.svg'],
  ...['/assets/%2e%2e%2fsecret.svg', '/assets/..%5csecret.svg', '/assets/..;/secret.svg'],
  ...['/assets/x/../../secret.svg', '/assets//../secret.svg', '/assets/%252e%252e/secret.svg'],
  ...['/assets/.hidden.svg', '/assets/%2ehidden.svg', '/assets/.linked.svg', '/assets/.next'],
  ...[`/assets/../pages/${bobs}`, `/assets/..%2fpages%2f${bobs}`, `/assets/..%2fusers/${bobs}`],
  ...['/assets/.', '/assets/%00dot.svg', '/assets/dot.svg%00', '/assets/dot.svg/'],
  ...['/assets/dot.svg%0a', '/Assets/dot.svg', '/assets%2fdot.svg/x', '//assets/secret.svg'],
];

function mustBeHarmless(text: string): void {
  for (const others of [pageOf('bob'), canaryOf('bob'), secret]) expect(text).not.toContain(others);
}

describe.each(['with its replica', 'with a dead replica'])('%s', (when) => {
  beforeAll(async () => {
    if (when === 'with a dead replica') await door.stopReplica();
  });

  it.each(ways)('gives nothing foreign at %s', async (path) => {
    const { status, text, headers: said } = await door.ask({ path, headers });
    mustBeHarmless(text);
    if (status === 200) {
      // As / or as nothing.
      expect([pageOf('alice'), genericPage, pendingPage]).toContain(text);
      expect(said['cache-control']).toBe('private, no-cache');
      expect(new URL(path, 'http://x').pathname).toBe('/');
    } else expect([400, 404, 503]).toContain(status);
  });

  it.each(throughFiles)('sends no file but those of the page at %s', async (path) => {
    const { status, text } = await door.ask({ path, headers });
    mustBeHarmless(text);
    expect([400, 404]).toContain(status);
  });

  it('still sends the files of the page', async () => {
    expect((await door.ask({ path: '/assets/dot.svg' })).status).toBe(200);
    expect((await door.ask({ path: '/assets/./dot.svg' })).status).toBe(200);
  });
});
