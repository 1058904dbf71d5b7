// Whom nobody knows, and what was typed wrongly: what to type instead.

import { expect, it } from 'vitest';
import { useDeadLetters } from '../dead-letters.ts';
import { runCli } from './run-cli.ts';
import { said } from './started-solo.ts';

const patienceMs = 90_000;

const database = useDeadLetters();

const told = async (...args: string[]) =>
  said(await runCli(args, { BEFOREHAND_POSTGRES_URL: database.url }));

it(
  'says what there is not, and what to type instead',
  async () => {
    expect(await told('user', 'show', 'nobody')).toMatchInlineSnapshot(`
      "! Nothing was ever stored for nobody. npm run -s cli -- user timeline nobody shows events that came to nothing.
      = 1"
    `);
    expect(await told('user', 'timeline', 'nobody')).toMatchInlineSnapshot(`
      "No event about nobody is remembered.
      = 0"
    `);
    expect(await told('event', 'show', '/shop', 'no\u001b[31mne')).toMatchInlineSnapshot(`
      "! No worker has begun the event /shop no\\u{1b}[31mne, or it was forgotten since. One that was just accepted may wait: npm run -s cli -- status shows the queues.
      = 1"
    `);
    expect(await told('user', 'show', '.alice')).toMatchInlineSnapshot(`
      "! error: command-argument value '.alice' is invalid for argument 'user'. A user is 1 to 128 characters of A-Z a-z 0-9 . _ ~ @ : + -, no dot first, and not me.
      = 2"
    `);
    expect(await told('send', 'user.login')).toMatchInlineSnapshot(`
      "! error: say whom it is about: give a user, or --everyone
      = 2"
    `);
    expect(await told('send', 'user.login', 'alice', '--data', '{')).toMatchInlineSnapshot(`
      "! error: option '--data <json>' argument '{' is invalid. Expected property name or '}' in JSON at position 1. Give JSON, as in '{"device":"web"}', or @file.
      = 2"
    `);
  },
  patienceMs,
);
