// What every unit runner must do, whatever authors do.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isUnavailable } from '../../src/domain/errors.ts';
import type { Observation, Observe } from '../../src/domain/observation.ts';
import type { UnitRunner } from '../../src/domain/ports.ts';
import type { UnitAnswer } from '../../src/domain/worker/unit-call.ts';
import { names } from './unit-runner-authors.ts';
import { callOf, sampleEvent } from './unit-runner-call.ts';
import { keepsDeadlines } from './unit-runner-deadlines.ts';

export function unitRunnerContract(
  name: string,
  open: (observe: Observe) => Promise<UnitRunner>,
): void {
  describe(`${name}: the contract of unit runners`, () => {
    const observed: Observation[] = [];
    let runner: UnitRunner;

    beforeAll(async () => {
      runner = await open((observation) => observed.push(observation));
    }, 60_000);
    afterAll(() => runner.close());

    it.each([false, true])('answers with the content as JSON text (alone: %s)', async (alone) => {
      const beforeMs = Date.now();
      const earlier = [
        { ...sampleEvent, id: 'e-9' },
        { ...sampleEvent, id: 'e-8', data: null },
      ];
      const call = callOf('echo', { alone, previousJson: '{"old":true}', earlier });
      const answer = await runner.run(call);
      const event = {
        ...{ type: 'thing.happened', source: '/shop', id: 'e-17', user: 'alice' },
        ...{ acceptedAt: '2026-11-21T00:00:00.000Z', data: { books: ['Ulysses'] } },
      };
      expect(contentOf(answer)).toEqual({
        event,
        earlier: [
          { ...event, id: 'e-9' },
          { ...event, id: 'e-8', data: null },
        ],
        previous: { old: true },
      });
      expect(answer).toMatchObject({ expiresAtMs: null });
      expect(answer).toHaveProperty('generatedAtMs', expect.any(Number));
      const { generatedAtMs } = answer as { generatedAtMs: number };
      expect(generatedAtMs).toBeGreaterThanOrEqual(beforeMs);
      expect(generatedAtMs).toBeLessThanOrEqual(Date.now());
    });

    it('gives an empty user for an event about everyone, and null for an empty slot', async () => {
      const answer = await runner.run(callOf('echo', { event: { user: null } }));
      expect(contentOf(answer)).toMatchObject({ event: { user: '' }, previous: null });
    });

    it('runs units at the same time', async () => {
      const runs = ['slow', 'echo', 'slow', 'throws-error'].map((unit) => runner.run(callOf(unit)));
      const kinds = (await Promise.all(runs)).map((answer) => answer.kind);
      expect(kinds).toEqual(['content', 'content', 'content', 'failed']);
    });

    it('passes on when content expires', async () => {
      expect(await runner.run(callOf('expiring'))).toMatchObject({
        contentJson: '1',
        expiresAtMs: Date.UTC(2030, 0, 2, 3, 4, 5, 678),
      });
    });

    it.each(['undecided', 'nullish'])(
      'answers nothing for a generator that is %s',
      async (unit) => {
        expect(await runner.run(callOf(unit))).toMatchObject({ kind: 'nothing' });
      },
    );

    it.each(['tells-its-key', 'returns-something'])(
      'answers done for a reaction, whatever it returns: %s',
      async (unit) => {
        expect(await runner.run(callOf(unit))).toMatchObject({ kind: 'done' });
      },
    );

    it('gives a reaction the same idempotency key each time, and another to another event', async () => {
      for (const ticket of ['t-1', 't-1', 't-2']) {
        await runner.run(callOf('tells-its-key', { event: { ticket } }));
      }
      const keys = () => logged(observed, 't-1', 't-2').map((line) => line.message);
      await expect.poll(keys, { timeout: 10_000 }).toHaveLength(3);
      const [first, again, other] = keys();
      expect(first).toMatch(/^t-1.*tells-its-key$/);
      expect(again).toBe(first);
      expect(other).not.toBe(first);
    });

    it('answers that a reaction failed', async () => {
      const error = 'Error: mail server is away';
      const failed = { kind: 'failed', reason: 'threw', error };
      expect(await runner.run(callOf('fails'))).toMatchObject(failed);
    });

    it.each(names.throwing)('answers with a bounded, clean error text: %s', async (unit) => {
      const answer = await runner.run(callOf(unit));
      expect(answer).toMatchObject({ kind: 'failed', reason: 'threw', error: expect.any(String) });
      const { error } = answer as { error: string };
      expect(error.length).toBeLessThanOrEqual(1_001);
      expect(error).not.toContain('\0');
    });

    it('passes on that content withdraws what everyone was shown, and refuses it of one user', async () => {
      const call = callOf('withdraws', { event: { user: null } });
      expect(await runner.run(call)).toMatchObject({ contentJson: '"right"', withdraw: true });
      expect(await runner.run(callOf('echo'))).toMatchObject({ withdraw: false });
      expect(await runner.run(callOf('withdraws-for-one'))).toMatchObject({
        ...{ kind: 'failed', reason: 'not_allowed' },
        error: expect.stringContaining("for: 'everyone'"),
      });
    });

    keepsDeadlines(() => runner);

    it.each(names.unstorable)('refuses what no store can keep: %s', async (unit) => {
      const answer = await runner.run(callOf(unit));
      expect(answer).toMatchObject({ kind: 'failed', reason: 'not_json' });
    });

    it('keeps a backslash in front of what only looks like an escape', async () => {
      expect(contentOf(await runner.run(callOf('backslashes')))).toBe('C:\\u0000 and \\ud800, 😀');
    });

    it('takes 32 KiB of JSON, quotation marks included, and not a byte more', async () => {
      expect(await runner.run(callOf('fitting'))).toMatchObject({ kind: 'content' });
      for (const unit of names.tooLarge) {
        expect(await runner.run(callOf(unit))).toMatchObject({ reason: 'too_large' });
      }
    });

    it('lets no author change the event of another call', async () => {
      const event = structuredClone(sampleEvent);
      const call = callOf('meddler', { event, previousJson: '{}' });
      expect(await runner.run(call)).toMatchObject({ kind: 'content' });
      expect(event).toEqual(sampleEvent);
      expect(await runner.run({ ...call, unit: { ...call.unit, name: 'echo' } })).toMatchObject({
        contentJson: expect.not.stringContaining('meddled'),
      });
    });

    it('answers for a unit that the configuration no longer has', async () => {
      expect(await runner.run(callOf('long-gone'))).toMatchObject({
        kind: 'failed',
        error: expect.stringContaining('long-gone'),
      });
    });

    it('tells what authors log, up to a limit', async () => {
      await runner.run(callOf('talkative', { event: { ticket: 't-3' } }));
      const lines = () => logged(observed, 't-3');
      await expect.poll(lines, { timeout: 10_000 }).toHaveLength(51);
      expect(lines().at(-1)?.message).toContain('the rest is dropped');
      expect(lines()[0]).toEqual({
        kind: 'unit_logged',
        ticket: 't-3',
        type: 'thing.happened',
        name: 'talkative',
        level: 'warn',
        message: 'about to return',
        fields: '{"copies":2}',
      });
    });

    it('tells how long the author’s code took', async () => {
      const ran = (ticket: string) =>
        observed.filter((it) => it.kind === 'unit_ran').filter((it) => it.ticket === ticket);
      const { tookMs } = await runner.run(callOf('slow', { event: { ticket: 't-4' } }));
      // Once measured: what metrics say, Postgres says as well.
      await expect.poll(() => ran('t-4')).toMatchObject([{ name: 'slow', tookMs }]);
      expect(tookMs).toBeGreaterThan(1);
    });

    it('ends what was begun when it is closed, and takes nothing new', async () => {
      const closing = await open(() => {});
      const begun = closing.run(callOf('slow'));
      await Promise.all([closing.close(), closing.close()]);
      expect(await begun).toMatchObject({ kind: 'content' });
      await expect(closing.run(callOf('echo'))).rejects.toSatisfy(isUnavailable);
    }, 60_000);
  });
}

function contentOf(answer: UnitAnswer): unknown {
  if (answer.kind !== 'content') throw new Error(`Not content: ${JSON.stringify(answer)}`);
  return JSON.parse(answer.contentJson);
}

function logged(observed: readonly Observation[], ...tickets: string[]) {
  return observed
    .filter((observation) => observation.kind === 'unit_logged')
    .filter((line) => tickets.includes(line.ticket));
}
