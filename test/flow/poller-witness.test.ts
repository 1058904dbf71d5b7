// The poller's judge finds what it is there to find: each wrong answer, and none of the right ones.

import { beforeEach, expect, it } from 'vitest';
import type { Answer } from './kept-connections.ts';
import { documentFor, firstVersion, newsOf } from './poller-content.ts';
import { createWitness, type Question, type Witness } from './poller-witness.ts';

let witness: Witness;
beforeEach(() => {
  witness = createWitness('alice');
});

function bodyOf(version: number, { user = 'alice', edition = 1 } = {}): Buffer {
  const [offers] = documentFor(user, version).slots;
  const json = [
    `{"user":"${user}","version":${version},"slots":{`,
    `"offers":{"content":${offers?.contentJson}},`,
    `"news":{"content":${newsOf(edition).contentJson}}}}`,
  ];
  return Buffer.from(json.join(''));
}

const ok = (etag: string, body: Buffer): Answer => ({
  status: 200,
  headers: { etag, 'content-length': String(body.length) },
  body,
});
const notModified = (etag: string): Answer => ({
  ...{ status: 304, headers: { etag } },
  body: Buffer.alloc(0),
});
const get = (knownTag: string | null = null): Question => ({
  ...{ method: 'GET', knownTag },
  floor: witness.floor(),
});
const head = (): Question => ({ method: 'HEAD', knownTag: null, floor: witness.floor() });
const [one, two] = [firstVersion, firstVersion + 1];

it('has nothing against what rises, and against old answers to old questions', () => {
  const early = get('"1"');
  const earlyHead = head();
  witness.heard(get(), ok('"1"', bodyOf(one)));
  witness.heard(get('"1"'), notModified('"1"'));
  witness.heard(get('"1"'), ok('"2"', bodyOf(two)));
  witness.heard(head(), { ...ok('"2"', bodyOf(two)), body: Buffer.alloc(0) });
  witness.heard(earlyHead, { ...ok('"1"', bodyOf(one)), body: Buffer.alloc(0) });
  witness.heard(early, notModified('"1"'));
  witness.heard(get('"2"'), ok('"3"', bodyOf(two, { edition: 2 })));
  expect(witness.violations()).toEqual([]);
  expect(witness.floor()).toEqual({ version: two, edition: 2 });
  expect(witness.counts()).toEqual({ 'GET 200': 3, 'GET 304': 2, 'HEAD 200': 2 });
});

it.each<[string, RegExp, () => void]>([
  ['an older version', /version \d+ after/, () => witness.heard(get(), ok('"1"', bodyOf(one)))],
  [
    'an older version by HEAD',
    /HEAD: version \d+ after/,
    () => {
      witness.heard(head(), ok('"1"', bodyOf(one)));
      // Only now it is known what the validator stands for.
      witness.heard({ ...get(), floor: { version: 0, edition: 0 } }, ok('"1"', bodyOf(one)));
    },
  ],
  [
    'an older edition',
    /edition 1 after 2/,
    () => {
      witness.heard(get(), ok('"3"', bodyOf(two, { edition: 2 })));
      witness.heard(get(), ok('"2"', bodyOf(two)));
    },
  ],
  [
    'a 304 after a newer version',
    /knowing "2": version/,
    () => {
      witness.heard(get(), ok('"4"', bodyOf(two + 1)));
      witness.heard(get('"2"'), notModified('"2"'));
    },
  ],
  [
    'a 304 about another validator',
    /304 about "2"/,
    () => witness.heard(get('"1"'), notModified('"2"')),
  ],
  [
    'a 304 with a body',
    /304 with 1 bytes/,
    () => witness.heard(get('"2"'), { ...notModified('"2"'), body: Buffer.from('x') }),
  ],
  [
    'a 200 instead of a 304',
    /that was known/,
    () => witness.heard(get('"2"'), ok('"2"', bodyOf(two))),
  ],
  [
    'one validator for two bodies',
    /two bodies are "2"/,
    () => witness.heard(get(), ok('"2"', bodyOf(two + 1))),
  ],
  [
    'two validators for one body',
    /one body is "2" and "5"/,
    () => witness.heard(get(), ok('"5"', bodyOf(two))),
  ],
  [
    'no validator',
    /without a validator/,
    () => witness.heard(get(), { ...ok('', bodyOf(two)), headers: {} }),
  ],
  ['half a body', /JSON/, () => witness.heard(get(), ok('"5"', bodyOf(two).subarray(0, 300)))],
  ['no body', /JSON/, () => witness.heard(get(), ok('"5"', Buffer.alloc(0)))],
  [
    'two bodies in one',
    /torn/,
    () => {
      const mixed = bodyOf(two + 3);
      bodyOf(two).copy(mixed, 250, 250, 300);
      witness.heard(get(), ok('"5"', mixed));
    },
  ],
  [
    'a length that is not its own',
    /said to be/,
    () =>
      witness.heard(get(), {
        ...ok('"2"', bodyOf(two)),
        headers: { etag: '"2"', 'content-length': '7' },
      }),
  ],
  [
    'another length by HEAD',
    /HEAD: 7 bytes/,
    () =>
      witness.heard(head(), {
        ...{ status: 200, body: Buffer.alloc(0) },
        headers: { etag: '"2"', 'content-length': '7' },
      }),
  ],
  [
    'somebody else’s document',
    /foreign canary/,
    () => witness.heard(get(), ok('"5"', bodyOf(two, { user: 'mallory' }))),
  ],
  [
    'what has no content of the user',
    /in 12 bytes/,
    () => witness.heard(get(), ok('"5"', Buffer.from('{"slots":{}}'))),
  ],
  [
    'an error',
    /status 503/,
    () => witness.heard(get(), { ...ok('"5"', bodyOf(two)), status: 503 }),
  ],
  ['no answer', /no answer: reset/, () => witness.unheard(get(), new Error('reset'))],
])('blames %s', (_what, message, hear) => {
  witness.heard(get(), ok('"2"', bodyOf(two)));
  hear();
  expect(witness.violations()).toHaveLength(1);
  expect(witness.violations()[0]).toMatch(message);
});
