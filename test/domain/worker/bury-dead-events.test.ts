import { expect, it } from 'vitest';
import { Failure } from '../../../src/domain/errors.ts';
import { createBuryDeadEvent } from '../../../src/domain/worker/bury-dead-events.ts';
import type { CommitAnswer } from '../../../src/domain/worker/commit-units.ts';
import type { EventState, FinishedUnit } from '../../../src/domain/worker/finished-unit.ts';
import { anEvent } from '../../fixtures/events.ts';

const event = anEvent({ id: 'e1' });
const body = { sha256: 'f00d', bytes: 3, base64: 'AAAA' };
const unitsOf = () =>
  ['offers', 'books', 'mail'].map((name) => ({
    ...{ name, slot: null, deadlineMs: 1_000, concurrency: 1, coalesce: false, exact: false },
  }));

/** Buries a dead event, and tells what was committed and whether the document was sent again. */
async function bury(
  given: Partial<EventState>,
  options: { answer?: CommitAnswer; load?: () => Promise<EventState> } = {},
) {
  const committed: FinishedUnit[] = [];
  let resent = 0;
  const empty = { settled: [], parked: [], previous: new Map(), isIdReuse: false, erasedStamp: 0 };
  const state = { ...empty, ...given };
  const { answer = { outcome: 'dead' }, load = async () => state } = options;
  const buryDeadEvent = createBuryDeadEvent({
    ...{ unitsOf, load, nowMs: () => 7 },
    naming: { ticketOf: (source, id) => `${source} ${id}`, digestOf: () => '' },
    async commit(finished) {
      committed.push(finished);
      return finished.event === event ? answer : { outcome: 'dead' };
    },
    async resend() {
      resent += 1;
    },
  });
  await buryDeadEvent({ event, error: 'given up', body });
  return { committed, resent, names: committed.map(({ unit }) => unit?.name ?? null) };
}

it('buries only units that nothing became of, so that the rest goes on', async () => {
  const { committed, names, resent } = await bury({ settled: ['offers'], parked: ['books'] });
  expect([names, resent]).toEqual([['mail'], 1]);
  expect(committed[0]).toMatchObject({
    result: { kind: 'dead', reason: 'delivery_limit', error: 'given up', attempts: 0 },
    unitNames: ['offers', 'books', 'mail'],
  });
});

it('leaves it to the store to say that an id belongs to another event', async () => {
  expect((await bury({ isIdReuse: true })).names).toEqual([null]);
});

it('keeps as a message what the store refuses as an event', async () => {
  const refused = 'Postgres: invalid byte sequence';
  const { committed } = await bury({}, { answer: { refused, reason: 'rejected' } });
  expect(committed.at(-1)).toMatchObject({
    event: { id: 'f00d', user: null, data: { bytes: 3, base64: 'AAAA' } },
    result: { reason: 'malformed', error: refused },
  });
  const load = () => Promise.reject(new Failure('rejected', refused));
  expect((await bury({}, { load })).names).toEqual([null]);
});

it('leaves the event where it is while the store is away', async () => {
  const load = () => Promise.reject(new Failure('unavailable', 'gone'));
  await expect(bury({}, { load })).rejects.toThrow('gone');
});
