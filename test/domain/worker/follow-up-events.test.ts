import { Type } from '@sinclair/typebox';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defineEvent, type Schema } from '../../../src/domain/authors.ts';
import type { AcceptedEvent } from '../../../src/domain/event.ts';
import { withFollowUps } from '../../../src/domain/worker/follow-up-events.ts';
import type { Reported, UnitAnswer } from '../../../src/domain/worker/unit-call.ts';
import { ajvDataValidator } from '../../../src/outbound/ajv-data-validator.ts';
import { digestOf } from '../../../src/wire/digest.ts';
import { ticketOf } from '../../../src/wire/ticket.ts';
import { callOf, sampleEvent } from '../../contract/unit-runner-call.ts';

const announced = defineEvent({
  type: 'book.announced',
  schema: Type.Object({ isbn: Type.String() }),
});
const free: Schema = {};
const counted = defineEvent({ type: 'book.counted', lane: 'bulk', schema: free });
const events = [announced, counted];
const config = { regions: ['eu'], events, slots: {}, generators: [], reactions: [] };

/** What becomes of an answer of the unit `announce` to `parent`. */
function make(answer: UnitAnswer, parent: Partial<AcceptedEvent> = {}): Promise<UnitAnswer> {
  const runner = withFollowUps(
    { run: async () => answer, close: async () => {} },
    { config, validateData: ajvDataValidator(events), naming: { ticketOf, digestOf } },
  );
  return runner.run(callOf('announce', { event: parent }));
}

async function followUps(reported: readonly Reported[], parent: Partial<AcceptedEvent> = {}) {
  const answer = await make({ kind: 'done', reported }, parent);
  expect(answer).toMatchObject({ kind: 'done' });
  return 'followUps' in answer ? (answer.followUps ?? []) : [];
}

const report = (given: Partial<Reported> = {}): Reported => ({
  ...{ type: 'book.announced', user: 'bob', dataJson: '{"isbn":"1"}', ...given },
});

describe('a follow-up event', () => {
  it('is named after its cause, and as new as that', async () => {
    const data = { isbn: '1' };
    expect(await followUps([report(), report({ user: null })])).toEqual(
      ['bob', null].map((user, n) => ({
        ...{ source: '/shop', id: `e-17#announce#${n}`, type: 'book.announced', user, data },
        ...{ lane: 'interactive', stamp: 1, acceptedAtMs: sampleEvent.acceptedAtMs },
        ticket: ticketOf('/shop', `e-17#announce#${n}`),
        digest: digestOf('book.announced', data),
      })),
    );
  });

  it('has the lane of its type, and bulk when its cause is', async () => {
    const both = [report(), report({ type: 'book.counted' })];
    const lanes = async (parent: Partial<AcceptedEvent>) =>
      (await followUps(both, parent)).map(({ lane }) => lane);
    expect(await lanes({})).toEqual(['interactive', 'bulk']);
    expect(await lanes({ lane: 'bulk' })).toEqual(['bulk', 'bulk']);
  });

  it('is the same whenever its unit runs, and no two have a name', async () => {
    const reports = fc.array(
      fc.record({
        type: fc.constant('book.counted'),
        user: fc.constantFrom('alice', 'bob', null),
        dataJson: fc.json({ maxDepth: 5 }).filter((text) => !text.includes('\\u')),
      }),
      { maxLength: 150 },
    );
    await fc.assert(
      fc.asyncProperty(reports, async (reported) => {
        const answers = [
          await make({ kind: 'done', reported }),
          await make({ kind: 'done', reported }),
        ];
        expect(answers[1]).toEqual(answers[0]);
        const [answer] = answers;
        if (answer?.kind === 'failed') return;
        const made = answer && 'followUps' in answer ? (answer.followUps ?? []) : [];
        expect(made).toHaveLength(reported.length);
        expect(new Set(made.map(({ id }) => id)).size).toBe(reported.length);
        expect(made.every(({ stamp }) => stamp === sampleEvent.stamp)).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  it('goes with what the unit made, whose answer is left alone without any', async () => {
    const content = { kind: 'content', contentJson: '1', generatedAtMs: 5 } as const;
    const answer = { ...content, expiresAtMs: null, withdraw: false };
    expect(await make(answer)).toBe(answer);
    const withEvents = await make({ ...answer, reported: [report()] });
    expect(withEvents).toEqual({
      ...answer,
      followUps: [expect.objectContaining({ user: 'bob' })],
    });
  });

  it.each<[string, Partial<Reported>, Partial<AcceptedEvent>, string]>([
    [
      'data that does not fit',
      { dataJson: '{"isbn":1}' },
      {},
      'events[1]: data/isbn must be string',
    ],
    [
      'data that is too deep',
      { dataJson: `${'['.repeat(65)}${']'.repeat(65)}`, type: 'book.counted' },
      {},
      'nested deeper than 64',
    ],
    [
      'data nested without end',
      { dataJson: `${'['.repeat(30_000)}${']'.repeat(30_000)}`, type: 'book.counted' },
      {},
      'events[1]: ',
    ],
    ['text that no store takes', { dataJson: '{"isbn":"\\u0000"}' }, {}, 'A text contains'],
    ['a key that changes prototypes', { dataJson: '{"isbn":"1","__proto__":{}}' }, {}, '__proto__'],
    ['a type without a schema', { type: 'book.lost' }, {}, 'has a type that is not configured'],
    ['an id that grew too long', {}, { id: '語'.repeat(245) }, 'has more than 255 characters'],
  ])('fails its unit: %s', async (_what, wrong, parent, error) => {
    const reported = [report({ type: 'book.counted' }), report(wrong)];
    expect(await make({ kind: 'done', reported }, parent)).toEqual({
      ...{ kind: 'failed', reason: 'bad_event', error: expect.stringContaining(error) },
    });
  });

  it('leaves others a turn of the event loop when there are many', async () => {
    let turns = 0;
    const count = () => {
      turns += 1;
      counting = setImmediate(count);
    };
    let counting = setImmediate(count);
    await followUps(Array.from({ length: 1_000 }, () => report()));
    clearImmediate(counting);
    expect(turns).toBeGreaterThanOrEqual(9);
  });

  it('may have an id of 255 characters, however many bytes these are', async () => {
    expect(await followUps([report()], { id: '😀'.repeat(244) })).toHaveLength(1);
  });
});
