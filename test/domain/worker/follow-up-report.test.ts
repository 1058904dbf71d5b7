import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defineEvent, defineGenerator, defineReaction } from '../../../src/domain/authors.ts';
import { maxEventBytes } from '../../../src/domain/event.ts';
import { answerOf } from '../../../src/domain/worker/author-answer.ts';
import {
  maxReportedBytes,
  maxReportedEvents,
  readReport,
} from '../../../src/domain/worker/follow-up-report.ts';

const announced = defineEvent({ type: 'book.announced', schema: {} });
const other = defineEvent({ type: 'book.other', schema: {} });
const common = { on: [announced], reports: [announced] };
const generator = defineGenerator({ slot: 'news', ...common, generate: () => null });
const reaction = defineReaction({ name: 'announce', ...common, handle: () => {} });

const report = (given: object) => ({ type: announced, user: 'bob', data: { isbn: '1' }, ...given });
const reported = { type: 'book.announced', user: 'bob', dataJson: '{"isbn":"1"}' };

describe('what authors report', () => {
  it('stands beside the content, or in its place', () => {
    const events = [report({}), report({ user: null, data: new Date(0) })];
    const both = [reported, { ...reported, user: null, dataJson: '"1970-01-01T00:00:00.000Z"' }];
    expect(answerOf({ content: 1, events }, generator, 5)).toEqual({
      ...{ kind: 'content', contentJson: '1', expiresAtMs: null, withdraw: false },
      ...{ generatedAtMs: 5, reported: both },
    });
    expect(answerOf({ events }, generator, 5)).toEqual({ kind: 'nothing', reported: both });
    expect(answerOf({ events }, reaction, 5)).toEqual({ kind: 'done', reported: both });
  });

  it('leaves no trace when it is nothing', () => {
    expect(answerOf({ events: [] }, generator, 5)).toEqual({ kind: 'nothing' });
    expect(answerOf({ events: [] }, reaction, 5)).toEqual({ kind: 'done' });
    for (const returned of [undefined, null, 7, 'text', {}, new Response()]) {
      expect(answerOf(returned, reaction, 5)).toEqual({ kind: 'done' });
    }
    expect(answerOf({}, generator, 5)).toMatchObject({ kind: 'failed', reason: 'not_json' });
  });

  const text = (bytes: number) => 'x'.repeat(bytes - 2);
  const many = (count: number, data: unknown = null) => new Array(count).fill(report({ data }));

  it.each([
    ['no array', { length: 1 }, 'bad_event', 'events is no array.'],
    ['no object', [7], 'bad_event', 'events[0]: It is no { type, user, data }.'],
    ['a type that is text', [report({ type: 'book.announced' })], 'bad_event', 'type is not what'],
    ['no type', [report({ type: undefined })], 'bad_event', 'events[0]: type is not what'],
    [
      'a type it does not report',
      [report({}), report({ type: other })],
      'bad_event',
      'events[1]: "book.other" is not among',
    ],
    ['the empty user', [report({ user: '' })], 'bad_event', 'user is no user.'],
    ['no user', [report({ user: undefined })], 'bad_event', 'user is no user.'],
    ['too long a user', [report({ user: 'u'.repeat(129) })], 'bad_event', 'user is no user.'],
    ['a cycle', [report({ data: cyclic() })], 'not_json', 'cannot be written as JSON'],
    ['a getter that throws', [trap()], 'not_json', 'not today'],
    [
      'too large an event',
      [report({ data: text(maxEventBytes + 1) })],
      'too_large',
      'bytes of JSON',
    ],
    ['too many', many(maxReportedEvents + 1), 'too_large', '10001 events are reported'],
    ['a sparse array', new Array(2), 'bad_event', 'events[0]: It is no'],
    ['too many for any array', new Array(2 ** 32 - 1), 'too_large', 'are reported'],
    [
      'too much in all',
      many(maxReportedBytes / maxEventBytes + 1, text(maxEventBytes)),
      'too_large',
      'all events',
    ],
  ])('fails the unit: %s', (_what, events, reason, error) => {
    for (const author of [generator, reaction]) {
      expect(answerOf({ content: 1, events }, author, 5)).toEqual({
        ...{ kind: 'failed', reason },
        error: expect.stringContaining(error),
      });
    }
  });

  it('is taken up to the very bounds', () => {
    expect(readReport(many(maxReportedEvents), ['book.announced'])).toHaveProperty(
      'events.length',
      maxReportedEvents,
    );
    const full = many(maxReportedBytes / maxEventBytes, text(maxEventBytes));
    expect(readReport(full, ['book.announced'])).toHaveProperty('events.length', 128);
  });

  it('is refused or within bounds and as given, whatever it is', () => {
    const event = fc.record({
      type: fc.constantFrom<unknown>(announced, other, null, 'book.announced'),
      user: fc.oneof(fc.constant(null), fc.string(), fc.constantFrom('bob', 'me', '.hidden')),
      data: fc.anything(),
    });
    fc.assert(
      fc.property(fc.oneof(fc.array(event), fc.anything()), (events) => {
        const answer = answerOf({ events }, reaction, 5);
        if (answer.kind === 'failed') return;
        const read = 'reported' in answer ? (answer.reported ?? []) : [];
        expect(read.length).toBe(Array.isArray(events) ? events.length : 0);
        for (const one of read) {
          expect(one.type).toBe('book.announced');
          expect(one.user ?? 'u').toMatch(/^(?!me$)[A-Za-z0-9_~@:+-][A-Za-z0-9._~@:+-]{0,127}$/);
          expect(() => JSON.parse(one.dataJson)).not.toThrow();
        }
      }),
    );
  });
});

function cyclic(): object {
  const data: { self?: object } = {};
  data.self = data;
  return data;
}

function trap(): object {
  return {
    get user(): never {
      throw new Error('not today');
    },
    type: announced,
  };
}
