// Units that are committed together, apart, and again.

import { afterEach, describe, expect, it, vi } from 'vitest';
import { Failure } from '../../../src/domain/errors.ts';
import type { FinishedUnit } from '../../../src/domain/worker/finished-unit.ts';
import { anEvent, content, finished } from '../../fixtures/events.ts';
import { openCommitUnits } from './open-commit-units.ts';

afterEach(() => {
  vi.useRealTimers();
});

describe('committing units', () => {
  it('repeats a refused batch one by one, so that only the guilty unit is refused', async () => {
    const { commit, batches } = openCommitUnits({ refuses: (unit) => unit.event.id === 'e2' });
    const answers = await Promise.all(
      ['e1', 'e2', 'e3'].map((id) => commit(finished(anEvent({ id, user: id }), content(id)))),
    );
    expect(batches).toEqual([3, 1, 1, 1]);
    expect(answers).toEqual([
      { outcome: 'stored' },
      { refused: 'Failure: never', reason: 'rejected' },
      { outcome: 'stored' },
    ]);
  });

  it('repeats a batch together without those whose slot has changed meanwhile', async () => {
    const { commit, batches } = openCommitUnits();
    const answers = await Promise.all(
      ['e1', 'e2', 'e3', 'e4'].map((id, index) => {
        const basis = index % 2 === 0 ? {} : { basisJson: '"another"' };
        return commit({ ...finished(anEvent({ id, user: id }), content(id)), ...basis });
      }),
    );
    expect(batches).toEqual([4, 2]);
    const outdated = { reason: 'outdated' };
    const stored = { outcome: 'stored' };
    expect(answers).toMatchObject([stored, outdated, stored, outdated]);
  });

  it('stores units that end one by one together, while others run', async () => {
    async function sizesWith(running: number): Promise<number[]> {
      const { commit, batches } = openCommitUnits({ running });
      const commits: Promise<unknown>[] = [];
      for (const id of ['e1', 'e2', 'e3']) {
        commits.push(commit(finished(anEvent({ id, user: id }), content(id))));
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      await Promise.all(commits);
      return batches;
    }
    expect(await sizesWith(1)).toEqual([1, 2]);
    expect(await sizesWith(0)).toEqual([1, 1, 1]);
  });

  it('stores the units of an event together, but for one that takes long', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'performance'] });
    const generating = new Set(['e1', 'e2', 'e3', 'e5']);
    const { commit, batches, bundles } = openCommitUnits({ generating });
    const after = (ms: number) => vi.advanceTimersByTimeAsync(ms);
    const unit = (id: string, slot: string) =>
      void commit(finished(anEvent({ id, user: id }), content(id), { slot }));
    unit('e1', 'books');
    await after(150);
    expect(batches).toEqual([]);
    generating.delete('e1');
    unit('e1', 'films');
    await after(20);
    expect([batches, bundles.length]).toEqual([[2], 1]);
    unit('e2', 'books');
    await after(150);
    expect(batches).toEqual([2]);
    await after(100);
    expect(batches).toEqual([2, 1]);
    void commit(finished(anEvent({ id: 'e5' }), { kind: 'done' }, { slot: null }));
    await after(20);
    expect(batches).toEqual([2, 1, 1]);
    // Whoever expects nobody waits for nobody, and takes along who waits.
    unit('e3', 'books');
    unit('e4', 'books');
    await after(20);
    expect(batches).toEqual([2, 1, 1, 2]);
  });

  it('tells which unit made a document too large', async () => {
    const { commit } = openCommitUnits();
    const large = content('x'.repeat(29 * 1024));
    const answers = await Promise.all(
      Array.from({ length: 9 }, (_, index) =>
        commit(finished(anEvent({ id: `e${index}` }), large, { slot: `slot${index}` })),
      ),
    );
    expect(answers.slice(0, 8)).toEqual(Array.from({ length: 8 }, () => ({ outcome: 'stored' })));
    expect(answers[8]).toMatchObject({ reason: 'too_large' });
  });

  it('repeats an unavailable store until it answers, and charges nobody', async () => {
    const failures = [new Failure('unavailable', 'away'), new Failure('unavailable', 'away')];
    const { commit } = openCommitUnits({ failures });
    expect(await commit(finished(anEvent({ id: 'e1' }), content(1)))).toEqual({
      outcome: 'stored',
    });
  });

  it('stores and sends each lane by itself, and a user once a batch', async () => {
    const { commit, bundles, batches } = openCommitUnits();
    const bulk = (id: string, user: string, slot: string) =>
      commit(finished(anEvent({ id, user, lane: 'bulk' }), content(id), { slot }));
    await Promise.all([
      bulk('e1', 'alice', 'books'),
      commit(finished(anEvent({ id: 'e2', user: 'alice' }), content('e2'))),
      bulk('e3', 'bob', 'books'),
      bulk('e4', 'bob', 'films'),
    ]);
    expect(batches.toSorted()).toEqual([1, 3]);
    const sent = bundles.map(({ lane, documents, resolved }) => [
      lane,
      documents.map(({ user }) => user),
      resolved.map(({ ticket }) => ticket),
    ]);
    expect(sent.toSorted()).toEqual([
      ['bulk', ['alice', 'bob'], ['ticket-e1', 'ticket-e3', 'ticket-e4']],
      ['interactive', ['alice'], ['ticket-e2']],
    ]);
  });

  it('sends the document although the answer to its commit was lost', async () => {
    const { commit, bundles } = openCommitUnits({ lostAnswers: 1 });
    expect(await commit(finished(anEvent({ id: 'e1' }), content(1)))).toEqual({
      outcome: 'duplicate',
    });
    expect(bundles.flatMap((bundle) => bundle.documents.map((d) => d.user))).toEqual(['alice']);
  });

  const reporting = (id: string, count: number): FinishedUnit => {
    const followUps = Array.from({ length: count }, (_, n) => anEvent({ id: `${id}#mail#${n}` }));
    return finished(anEvent({ id }), { kind: 'done', followUps }, { slot: null });
  };

  it('publishes what a unit reported, but for a duplicate', async () => {
    const { commit, published, store } = openCommitUnits();
    await Promise.all([commit(reporting('e1', 2)), commit(reporting('e2', 1))]);
    expect(published).toEqual(['e1#mail#0', 'e1#mail#1', 'e2#mail#0']);
    expect(await commit(reporting('e1', 2))).toEqual({ outcome: 'duplicate' });
    expect(published).toHaveLength(3);
    // Whoever stored them is at work on them.
    expect(await store.claimFollowUps({ max: 9, leaseMs: 0 })).toEqual([]);
  });

  it('leaves what was stored to the sweep when the answer to its commit was lost', async () => {
    const { commit, published } = openCommitUnits({ lostAnswers: 1 });
    expect(await commit(reporting('e1', 2))).toEqual({ outcome: 'duplicate' });
    expect(published).toEqual([]);
  });

  it('gives units that report many a transaction of their own, one at a time', async () => {
    let open = 0;
    let most = 0;
    const { commit, batches, published } = openCommitUnits({
      async beforeCommit() {
        open += 1;
        most = Math.max(most, open);
        await new Promise((resolve) => setTimeout(resolve, 5));
        open -= 1;
      },
    });
    await Promise.all(['e1', 'e2', 'e3'].map((id) => commit(reporting(id, 11))));
    expect([batches, most]).toEqual([[1, 1, 1], 1]);
    expect(published).toHaveLength(33);
  });

  it('stores the others while one that reports many waits for the store', async () => {
    const failures = [new Failure('unavailable', 'away')];
    const { commit } = openCommitUnits({ failures });
    const many = commit(reporting('e1', 11));
    expect(await commit(finished(anEvent({ id: 'e2' }), content(1)))).toEqual({
      outcome: 'stored',
    });
    expect(await many).toEqual({ outcome: 'done' });
  });
});
