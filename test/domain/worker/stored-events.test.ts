// Of which events the regions are told, so that they can say when their content can be read.

import { expect, it } from 'vitest';
import { contentRequested } from '../../../src/domain/authors.ts';
import { storedBy } from '../../../src/domain/worker/stored-events.ts';
import { anEvent, content, finished } from '../../fixtures/events.ts';

const stored = (event: ReturnType<typeof anEvent>) =>
  storedBy([finished(event, content(1))], ['stored']);

it('names an event once, however many of its units were stored', () => {
  const [one, other] = [
    anEvent({ id: 'a', acceptedAtMs: 5 }),
    anEvent({ id: 'b', acceptedAtMs: 6 }),
  ];
  const units = [one, one, other].map((event) => finished(event, content(1)));
  expect(storedBy(units, ['stored', 'stored', 'unchanged'])).toEqual([
    { ticket: one.ticket, acceptedAtMs: 5 },
  ]);
});

it('gives no time where nobody waits since then: after a cold read, and for everyone', () => {
  // Its stamp is that of the content it replaces, hours ago; even its acceptance is not the reader's.
  const cold = anEvent({ id: 'c', type: contentRequested.type, stamp: 1 });
  expect(stored(cold)).toEqual([{ ticket: cold.ticket, acceptedAtMs: null }]);
  const everyone = anEvent({ id: 'd', user: null });
  expect(stored(everyone)).toEqual([{ ticket: everyone.ticket, acceptedAtMs: null }]);
});
