// Who is told of a change, how often, and how many may be.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createWatchedDocuments } from '../../../src/domain/replica/watch-documents.ts';

function open(given: { maxStreams?: number; maxStreamsPerUser?: number } = {}) {
  const documents = createWatchedDocuments({ maxStreams: 1_000, maxStreamsPerUser: 10, ...given });
  const told: string[] = [];
  const watch = (user: string, name = user) => documents.watch(user, () => told.push(name));
  return { ...documents, watch, told };
}

describe('who watches a document', () => {
  it('is told of changes of its user, after the call that reports them', async () => {
    const { watch, changed, told } = open();
    watch('alice', 'first');
    watch('alice', 'second');
    watch('bob');
    changed(['alice', 'nobody']);
    expect(told).toEqual([]);
    await nextTurn();
    expect(told).toEqual(['first', 'second']);
  });

  it('is told once in a turn, however often it changes', async () => {
    const { watch, changed, changedForAll, told } = open();
    watch('alice');
    for (let time = 0; time < 100; time += 1) changed(['alice', 'alice']);
    changedForAll();
    await nextTurn();
    await nextTurn();
    expect(told).toEqual(['alice']);
    changed(['alice']);
    await nextTurn();
    expect(told).toEqual(['alice', 'alice']);
  });

  it('is told of what changes for all, a part of them in each turn', async () => {
    const { watch, changedForAll, told } = open();
    for (let user = 0; user < 500; user += 1) watch(`user-${user}`);
    changedForAll();
    await nextTurn();
    expect(told.length).toBeGreaterThan(0);
    expect(told.length).toBeLessThan(100);
    await expect.poll(() => new Set(told).size).toBe(500);
    expect(told).toHaveLength(500);
  });

  it('is told nothing more once it has stopped, not even what was on its way', async () => {
    const { watch, changed, told } = open();
    const unwatch = watch('alice', 'gone');
    watch('alice', 'stays');
    changed(['alice']);
    unwatch?.();
    await nextTurn();
    expect(told).toEqual(['stays']);
  });

  it('may stop, and begin again, while it is told', async () => {
    const documents = createWatchedDocuments({ maxStreams: 1, maxStreamsPerUser: 1 });
    const told: number[] = [];
    const again = (time: number) => {
      const unwatch = documents.watch('alice', () => {
        told.push(time);
        unwatch?.();
        again(time + 1);
      });
    };
    again(1);
    documents.changed(['alice']);
    await nextTurn();
    documents.changed(['alice']);
    await nextTurn();
    expect(told).toEqual([1, 2]);
  });
});

describe('the number of those who watch', () => {
  it('is bounded for a user and for all, and each place is given back once', () => {
    const { watch } = open({ maxStreams: 3, maxStreamsPerUser: 2 });
    const first = watch('alice');
    expect(watch('alice')).not.toBeNull();
    expect(watch('alice')).toBeNull();
    expect(watch('bob')).not.toBeNull();
    expect(watch('carol')).toBeNull();
    first?.();
    first?.();
    expect(watch('carol')).not.toBeNull();
    expect(watch('dora')).toBeNull();
  });
});
