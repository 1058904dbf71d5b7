// `user` and `event` on what really happened: solo mode, and Alice in it.

import { describe, expect, it } from 'vitest';
import { normal, said, useSolo } from './started-solo.ts';

const patienceMs = 90_000;

const solo = useSolo({
  BEFOREHAND_CONFIG: 'test/main/cli-config.ts',
  BEFOREHAND_FIRST_RETRY_DELAY_MS: '20',
  BEFOREHAND_SECOND_RETRY_DELAY_MS: '20',
  BEFOREHAND_THIRD_RETRY_DELAY_MS: '20',
});

const send = (type: string, user: string, id: string, data: object) =>
  solo.cli([
    ...['send', type, user, '--source', '/shop', '--id', id],
    ...['--data', JSON.stringify(data), '--wait'],
  ]);

const told = async (...args: string[]) => said(await solo.cli(args));

describe('what became of Alice', () => {
  it(
    'is told while it happens',
    async () => {
      const login = await send('user.login', 'alice', 'e-1', { device: 'reader' });
      expect([login.code, login.stderr]).toEqual([0, '']);
      expect(normal(login.stdout)).toMatchInlineSnapshot(`
        " SPAN  accepted    ticket NIrDur_9FI9iC4k4JN1eCA
         SPAN  offers      stored
         SPAN  mail        done
         SPAN  eu          readable, version VERSION
         SPAN  us          readable, version VERSION
        "
      `);
      const liked = await send('book.liked', 'alice', 'e-2', { title: 'Bad' });
      expect(liked.code).toBe(1);
      expect(normal(liked.stdout)).toMatch(
        /similar-books {2}dead, attempt 4: Error: No such book\./,
      );
    },
    patienceMs,
  );

  it(
    'is shown slot by slot, with the events that made it and where it is',
    async () => {
      // What the mail reported is on its way for a moment more.
      await expect
        .poll(() => told('user', 'show', 'alice'))
        .toMatch(/(up to date.*){2}(positioned.*){2}/s);
      expect(await told('user', 'show', 'alice')).toMatchInlineSnapshot(`
        "user     alice
        version  VERSION
        stored   TIME, SPAN ago

        books  {"like":"Good"}
          state      personal, never expires
          event      book.liked /shop e-1#mail#0
          stamp      STAMP
          ticket     Ftxxo4Uverbrq1ykvB_Kkg
          accepted   TIME
          generated  TIME by similar-books, SPAN after it was accepted
          stored     TIME, SPAN after it was accepted
          content    {"like":"Good"}

        offers  Offers for alice
          state      personal, never expires
          event      user.login /shop e-1
          stamp      STAMP
          ticket     NIrDur_9FI9iC4k4JN1eCA
          accepted   TIME
          generated  TIME by offers, SPAN after it was accepted
          stored     TIME, SPAN after it was accepted
          content    {"headline":"Offers for alice","calls":1,"hadSome":false}

        REGION  VERSION        SHOWS       STATE
        eu      VERSION  2 personal  up to date
        us      VERSION  2 personal  up to date

        REPLICA  REGION  VERSION        RECEIPT
        eu-1     eu      VERSION  positioned SPAN after it was stored
        us-1     us      VERSION  positioned SPAN after it was stored
        = 0"
      `);
      const { stdout } = await solo.cli(['user', 'show', 'alice', '--json', '--no-regions']);
      expect(JSON.parse(stdout)).toMatchObject({
        ...{ user: 'alice', version: expect.any(Number), regions: [] },
        slots: [
          { slot: 'books', event: { id: 'e-1#mail#0' }, made: { by: ['similar-books'] } },
          { slot: 'offers', content: { headline: 'Offers for alice' }, expiresAt: null },
        ],
      });
    },
    patienceMs,
  );

  it(
    'is told event by event',
    async () => {
      expect(await told('user', 'timeline', 'alice')).toMatchInlineSnapshot(`
        "TIME user.login /shop e-1 NIrDur_9FI9iC4k4JN1eCA
         SPAN  offers  stored
         SPAN  mail    done

        TIME book.liked /shop e-1#mail#0 Ftxxo4Uverbrq1ykvB_Kkg
         SPAN  similar-books  stored

        TIME book.liked /shop e-2 b87LFpTzqwaNg3I3h9H2AA
         SPAN  similar-books  dead: threw, 4 attempts  dead show KEY
                 Error: No such book. ⏎ \\u{1b}[31mRead another.
        = 0"
      `);
      const newest = await solo.cli(['user', 'timeline', 'alice', '--limit', '1']);
      expect(newest.stderr).toBe('There may be older ones: raise --limit.\n');
      expect(newest.stdout).toMatch(/^\S+ book.liked \/shop e-2 .*\n.*\n.*\n$/);
      const { stdout } = await solo.cli(['user', 'timeline', 'alice', '--json']);
      const ids = stdout.match(/(?<="id":")[^"]+/g);
      expect(ids).toEqual(['e-1', 'e-1#mail#0', 'e-2']);
    },
    patienceMs,
  );

  it(
    'is told of one event, with what it reported and with the letter of what died',
    async () => {
      expect(await told('event', 'show', '/shop', 'e-1')).toMatchInlineSnapshot(`
        "event     user.login /shop e-1
        ticket    NIrDur_9FI9iC4k4JN1eCA
        user      alice
        lane      interactive
        stamp     STAMP
        accepted  TIME
        data      {"device":"reader"}

         SPAN  offers  stored
         SPAN  mail    done

        reported book.liked /shop e-1#mail#0
         SPAN  similar-books  stored
        = 0"
      `);
      expect(await told('event', 'show', '/shop', 'e-2')).toMatchInlineSnapshot(`
        "event     book.liked /shop e-2
        ticket    b87LFpTzqwaNg3I3h9H2AA
        user      alice
        lane      interactive
        stamp     STAMP
        accepted  TIME
        data      {"title":"Bad"}

         SPAN  similar-books  dead: threw, 4 attempts  dead show KEY
               Error: No such book. ⏎ \\u{1b}[31mRead another.
        = 0"
      `);
      expect(await told('event', 'show', 'Ftxxo4Uverbrq1ykvB_Kkg')).toContain(
        'reported by  /shop e-1\n',
      );
    },
    patienceMs,
  );

  it(
    'runs again in the order that it had, and only what can',
    async () => {
      const slot = async () => {
        const { stdout } = await solo.cli(['user', 'show', 'alice', '--json']);
        const { slots, version } = JSON.parse(stdout);
        return { ...slots.find((one: { slot: string }) => one.slot === 'offers'), version };
      };
      const before = await slot();
      expect(before.content.hadSome).toBe(false);
      expect(await told('event', 'replay', '/shop', 'e-1', '--dry-run')).toMatchInlineSnapshot(`
        "offers  would run again
        mail    left alone: it would do again what it did; name it with --name
        1 unit would run again. Nothing was changed.
        = 0"
      `);
      expect(await slot()).toEqual(before);
      expect(await told('event', 'replay', '/shop', 'e-1')).toMatchInlineSnapshot(`
        "offers  runs again
        mail    left alone: it would do again what it did; name it with --name
        1 unit put back.
        ! npm run -s cli -- event show NIrDur_9FI9iC4k4JN1eCA tells what becomes of it.
        = 0"
      `);
      await expect.poll(async () => (await slot()).content.hadSome, { timeout: 60_000 }).toBe(true);
      const after = await slot();
      expect(after.stamp).toBe(before.stamp);
      expect(after.version).toBeGreaterThan(before.version);
      expect(await told('event', 'replay', '/shop', 'e-2')).toBe(
        'similar-books  left alone: put its letter back with dead redrive\n0 units put back.\n= 1',
      );
      const misnamed = await told('event', 'replay', '/shop', 'e-1', '--name', 'males');
      expect(misnamed).toBe('! The event has no unit males. It has: mail, offers.\n= 1');
    },
    patienceMs,
  );
});
