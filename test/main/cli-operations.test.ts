// `status`, `region` and `generator` beside solo mode.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ticketOf } from '../../src/wire/ticket.ts';
import { said, useSolo } from './started-solo.ts';

const patienceMs = 90_000;

const solo = useSolo({ BEFOREHAND_CONFIG: 'test/main/cli-config.ts' });

const told = async (args: string[], env: { [name: string]: string } = {}) =>
  said(await solo.cli(args, env)).replaceAll(solo.dataDir, 'DATA');

describe('status', () => {
  it(
    'says that all is well, and what is not',
    async () => {
      await expect.poll(() => told(['status'])).toMatch(/eu-1.*us-1/s);
      expect(await told(['status'])).toMatchInlineSnapshot(`
        "PROCESS    AT                      STATE
        ingest     http://ADDRESS  ready
        operator   http://ADDRESS  ready
        region eu  http://ADDRESS  ready
        region us  http://ADDRESS  ready

        events    0 in the last minute, 0 in the last hour
        parked    0
        unsent    0
        reported  0
        dead      0

        REPLICA  REGION  LAST SEEN  STATE
        eu-1     eu SPAN ago  up to date
        us-1     us SPAN ago  up to date

        All is well.
        = 0"
      `);
      const dark = { BEFOREHAND_POSTGRES_URL: solo.summary.postgresOperator };
      const doors = {
        BEFOREHAND_REGION_URLS: `eu=${solo.summary.regions.eu},us=http://127.0.0.1:2`,
      };
      expect(await told(['status'], { ...dark, ...doors })).toMatchInlineSnapshot(`
        "PROCESS    AT                      STATE
        region eu  http://ADDRESS  ready
        region us  http://ADDRESS      unreachable: ECONNREFUSED

        events    0 in the last minute, 0 in the last hour
        parked    0
        unsent    0
        reported  0
        dead      0

        REPLICA  REGION  LAST SEEN  STATE
        eu-1     eu SPAN ago  up to date
        us-1     us SPAN ago  up to date

        Wrong:
        - region us is unreachable: ECONNREFUSED
        = 1"
      `);
      expect(await told(['region', 'status'])).toMatchInlineSnapshot(`
        "region eu  http://ADDRESS  ready
        region us  http://ADDRESS  ready

        REPLICA  REGION  LAST SEEN  STATE
        eu-1     eu SPAN ago  up to date
        us-1     us SPAN ago  up to date
        = 0"
      `);
      expect(await told(['region', 'status'], doors)).toMatchInlineSnapshot(`
        "region eu  http://ADDRESS  ready
        region us  http://ADDRESS  unreachable: ECONNREFUSED
        ! The address of Postgres is not known: set BEFOREHAND_POSTGRES_URL.
        = 1"
      `);
      const { stdout } = await solo.cli(['status', '--json'], doors);
      expect(JSON.parse(stdout)).toMatchObject({
        isWell: false,
        problems: [expect.stringContaining('region us is unreachable'), expect.any(String)],
      });
    },
    patienceMs,
  );
});

describe('generators', () => {
  it(
    'are listed',
    async () => {
      expect((await solo.cli(['generator', 'list'])).stdout).toMatchInlineSnapshot(`
        "NAME           SLOT        DEADLINE  AT A TIME  COALESCE  ON
        mail           (reaction)  1000 ms   20         -         user.login
        offers         offers      1000 ms   20         -         user.login
        similar-books  books       200 ms    3          latest    book.liked
        "
      `);
      const { stdout } = await solo.cli(['generator', 'list', '--json']);
      expect(JSON.parse(stdout.split('\n')[2] as string)).toMatchObject({
        ...{ name: 'similar-books', deadlineMs: 200, concurrency: 3, coalesce: 'latest' },
      });
    },
    patienceMs,
  );

  const tried = (name: string, event: unknown, ...more: string[]) => {
    const file = join(solo.dataDir, 'event.json');
    writeFileSync(file, typeof event === 'string' ? event : JSON.stringify(event));
    return told(['generator', 'try', name, '--event', file, ...more]);
  };
  const liked = (title: unknown) => ({ type: 'book.liked', subject: 'bob', data: { title } });

  it(
    'are tried on an event, in a thread, and nothing is stored',
    async () => {
      const login = { type: 'user.login', subject: 'bob', data: {} };
      expect(await tried('offers', login)).toMatchInlineSnapshot(`
        "content: 55 of at most 32,768 bytes, never expires, took SPAN
        {
          "headline": "Offers for bob",
          "calls": 1,
          "hadSome": false
        }
        ! log info: Looking for offers. {"user":"bob"}
        = 0"
      `);
      expect(await tried('similar-books', liked('Bad'))).toMatchInlineSnapshot(`
        "failed: threw, took SPAN
        Error: No such book.
        \\u{1b}[31mRead another.
        = 1"
      `);
      expect(await tried('similar-books', liked('Endless'))).toMatchInlineSnapshot(`
        "failed: deadline, took SPAN
        Its thread has not answered within SPAN.
        = 1"
      `);
      const { stdout } = await solo.cli(['user', 'timeline', 'bob']);
      expect(stdout).toBe('No event about bob is remembered.\n');
    },
    patienceMs,
  );

  it(
    'are not tried on what would never reach them',
    async () => {
      expect(await tried('similar-books', liked(7))).toMatchInlineSnapshot(`
        "! An ingest would refuse this event: data/title must be string.
        = 1"
      `);
      expect(await tried('offers', liked('Good'))).toMatchInlineSnapshot(`
        "! A worker would not call offers on this event: it is on user.login, with a subject.
        = 1"
      `);
      expect(await tried('offer', liked('Good'))).toMatchInlineSnapshot(`
        "! The configuration has no generator offer. It has: offers, similar-books.
        = 1"
      `);
      expect(await tried('offers', '{')).toMatchInlineSnapshot(`
        "! DATA/event.json is no JSON: Expected property name or '}' in JSON at position 1
        = 1"
      `);
      expect(await told(['generator', 'try', 'offers'])).toMatchInlineSnapshot(`
        "! error: say on which event: give --event FILE or --ticket TICKET
        = 2"
      `);
    },
    patienceMs,
  );
});

it(
  'sends what an ingest takes, and says why it does not take the rest',
  async () => {
    const { stdout } = await solo.cli([
      'send',
      'user.login',
      'dora',
      '--id',
      'e-1',
      '--data',
      '{}',
    ]);
    expect(stdout).toBe(`${ticketOf('/cli', 'e-1')}\n`);
    expect(await told(['send', 'user.logout', 'alice', '--data', '{}'])).toMatchInlineSnapshot(`
      "! The ingest refused it: HTTP 422 unknown_type: No event type "user.logout" is configured.
      = 1"
    `);
  },
  patienceMs,
);
