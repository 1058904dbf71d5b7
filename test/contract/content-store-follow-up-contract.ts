// What every content store must do with events that units reported.

import { describe, expect, it } from 'vitest';
import type { AcceptedEvent } from '../../src/domain/event.ts';
import type { ContentStore } from '../../src/domain/ports.ts';
import type { FollowUpStore } from '../../src/domain/worker/follow-up-store.ts';
import { anEvent, content, finished } from '../fixtures/events.ts';

type Store = ContentStore & FollowUpStore;

const everything = { max: 10_000, leaseMs: 60_000 };
const idsOf = (events: readonly AcceptedEvent[]) => events.map(({ id }) => id).sort();
const followUp = (id: string, user: string | null = 'bob') =>
  anEvent({ id, user, type: 'book.announced', lane: 'bulk', data: { nested: ['é', null] } });
const done = (...followUps: AcceptedEvent[]) => ({ kind: 'done', followUps }) as const;
const reaction = { slot: null, name: 'announce' };

export function contentStoreFollowUpContract(name: string, open: () => Promise<Store>): void {
  describe(`follow-up events on ${name}`, () => {
    it('are kept as they are with the unit that reported them, for one claimant', async () => {
      const store = await open();
      const events = [followUp('e1#announce#0'), followUp('e1#announce#1', null)];
      await store.commit([finished(anEvent({ id: 'e1' }), done(...events), reaction)]);
      const claims = await Promise.all(
        Array.from({ length: 4 }, () => store.claimFollowUps(everything)),
      );
      const claimed = claims.flat().sort((a, b) => (a.id < b.id ? -1 : 1));
      expect(claimed).toEqual(events);
    });

    it('are due when their lease ends, until they are removed', async () => {
      const store = await open();
      const event = followUp('e1#announce#0');
      await store.commit([finished(anEvent({ id: 'e1' }), done(event), reaction)], 60_000);
      expect(await store.claimFollowUps(everything)).toEqual([]);

      const other = followUp('e2#announce#0');
      await store.commit([finished(anEvent({ id: 'e2' }), done(other), reaction)]);
      expect(idsOf(await store.claimFollowUps({ max: 9, leaseMs: 0 }))).toEqual([other.id]);
      expect(idsOf(await store.claimFollowUps({ max: 9, leaseMs: 0 }))).toEqual([other.id]);
      await store.removeFollowUps([other]);
      expect(await store.claimFollowUps({ max: 9, leaseMs: 0 })).toEqual([]);
    });

    it('are handed out a part at a time', async () => {
      const store = await open();
      const events = Array.from({ length: 1_201 }, (_, n) => followUp(`e1#announce#${n}`));
      await store.commit([finished(anEvent({ id: 'e1' }), done(...events), reaction)]);
      const sizes: number[] = [];
      const seen = new Set<string>();
      for (let turn = 0; turn < 4; turn += 1) {
        const some = await store.claimFollowUps({ max: 500, leaseMs: 60_000 });
        sizes.push(some.length);
        for (const { id } of some) seen.add(id);
        if (some.length > 0) await store.removeFollowUps(some);
      }
      expect(sizes).toEqual([500, 500, 201, 0]);
      expect(seen.size).toBe(1_201);
    });

    it('are there once, whichever unit reports them again', async () => {
      const store = await open();
      const event = followUp('e1#announce#0');
      for (const id of ['e1', 'e2']) {
        const { outcomes } = await store.commit([finished(anEvent({ id }), done(event), reaction)]);
        expect(outcomes).toEqual(['done']);
      }
      expect(await store.claimFollowUps(everything)).toEqual([event]);
    });

    it('are told apart by their users', async () => {
      const store = await open();
      const events = ['bob', 'carol', null].map((user) => followUp('e1#announce#0', user));
      await store.commit([finished(anEvent({ id: 'e1' }), done(...events), reaction)]);
      const first = await store.claimFollowUps({ max: 1, leaseMs: 60_000 });
      expect(first).toHaveLength(1);
      const others = await store.claimFollowUps({ max: 9, leaseMs: 0 });
      expect(others).toHaveLength(2);
      await store.removeFollowUps(others.slice(0, 1));
      expect(await store.claimFollowUps(everything)).toEqual(others.slice(1));
    });

    it('come of a superseded unit as well, but not of a duplicate, a reuse or a dead one', async () => {
      const store = await open();
      const made = (value: string, id: string) =>
        ({ ...content(value), followUps: [followUp(id)] }) as ReturnType<typeof content>;
      const nothing = { kind: 'nothing', followUps: [followUp('unchanged')] } as const;
      await store.commit([
        finished(anEvent({ id: 'e2', stamp: 2 }), made('new', 'stored')),
        finished(anEvent({ id: 'e1', stamp: 1 }), made('old', 'superseded')),
        finished(anEvent({ id: 'e3', stamp: 3 }), nothing, { slot: 'books' }),
      ]);
      const { outcomes } = await store.commit([
        finished(anEvent({ id: 'e2', stamp: 2 }), made('other', 'duplicate')),
        finished(anEvent({ id: 'e1', stamp: 1, data: 'other' }), made('reuse', 'reuse')),
      ]);
      expect(outcomes).toEqual(['duplicate', 'dead']);
      expect(idsOf(await store.claimFollowUps(everything))).toEqual([
        ...['stored', 'superseded', 'unchanged'],
      ]);
    });
  });
}
