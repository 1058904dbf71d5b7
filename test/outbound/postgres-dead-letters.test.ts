import { describe, expect, it } from 'vitest';
import { contentRequested } from '../../src/domain/authors.ts';
import type { DeadLetterSelection } from '../../src/domain/worker/dead-letters.ts';
import { died, everything, useDeadLetters, whole } from '../dead-letters.ts';
import { anEvent, content, finished } from '../fixtures/events.ts';

const database = useDeadLetters();

const lettersIn = (selection = everything) =>
  database.letters.list(selection, { max: 1000, before: null });

describe('dropping dead letters', () => {
  it('deletes what is chosen, and lets the outcome stand', async () => {
    const event = anEvent({ id: 'e1' });
    await database.store.commit([
      finished(event, died()),
      finished(event, died('too_large'), { slot: 'books' }),
    ]);
    const { dropped } = await database.letters.drop(
      { ...everything, reasons: ['too_large'] },
      whole,
    );
    expect(dropped).toBe(1);
    expect(await lettersIn()).toMatchObject([{ reason: 'threw' }]);
    const { outcomes } = await database.store.commit([
      finished(event, content(1), { slot: 'books' }),
    ]);
    expect(outcomes).toEqual(['duplicate']);
  });
});

describe('looking at dead letters', () => {
  it('lists them newest first and page by page, each once', async () => {
    for (let index = 0; index < 7; index += 1) {
      // Two of each commit have died at the same time, as far as anybody can tell.
      const ids = [`a${index}`, `b${index}`];
      await database.store.commit(ids.map((id) => finished(anEvent({ id }), died())));
    }
    const all = await lettersIn();
    expect(all.map(({ diedAtMs }) => diedAtMs)).toEqual(
      all.map(({ diedAtMs }) => diedAtMs).toSorted((a, b) => b - a),
    );
    const seen: string[] = [];
    for (let page = all.slice(0, 0), before = null as (typeof all)[number] | null; ; ) {
      page = await database.letters.list(everything, { max: 3, before });
      seen.push(...page.map(({ key }) => key));
      before = page.at(-1) ?? null;
      if (page.length < 3) break;
    }
    expect(seen).toEqual(all.map(({ key }) => key));
    expect(new Set(seen).size).toBe(14);
  });

  it('keeps the letters of two events apart whose source and id read alike', async () => {
    await database.store.commit([
      finished(anEvent({ id: 'c', source: '/a", "b' }), died()),
      finished(anEvent({ id: 'b", "c', source: '/a' }), died()),
    ]);
    const [one, other] = await lettersIn();
    expect(one?.key).toMatch(/^[0-9a-f]{64}$/);
    expect(one?.key).not.toBe(other?.key);
    expect(await database.letters.find((one?.key ?? '').slice(0, 12), 5)).toEqual([one]);
  });

  it('chooses by all that is given together, and by any of several values', async () => {
    const { type } = contentRequested;
    await database.store.commit([
      finished(anEvent({ id: 'e1', user: 'alice' }), died('threw')),
      finished(anEvent({ id: 'e2', user: 'bob', source: '/shop' }), died('deadline')),
      finished(anEvent({ id: 'e3', user: null }), died('threw'), { slot: 'books' }),
      finished(anEvent({ id: 'e4', user: 'bob', type }), died('crashed')),
    ]);
    const chosen = async (given: Partial<DeadLetterSelection>) =>
      (await lettersIn({ ...everything, ...given })).map(({ event }) => event.id).sort();
    expect(await chosen({})).toEqual(['e1', 'e2', 'e3', 'e4']);
    expect(await chosen({ reasons: ['threw', 'crashed'] })).toEqual(['e1', 'e3', 'e4']);
    expect(await chosen({ reasons: ['threw'], names: ['books'] })).toEqual(['e3']);
    expect(await chosen({ users: [''] })).toEqual(['e3']);
    expect(await chosen({ types: [type] })).toEqual(['e4']);
    expect(await chosen({ sources: ['/shop'] })).toEqual(['e2']);
    const [newest] = await lettersIn();
    const atMs = newest?.diedAtMs ?? 0;
    expect(await chosen({ sinceMs: atMs + 1 })).toEqual([]);
    expect(await chosen({ untilMs: atMs })).toHaveLength(4);
    const { groups, asOfMs } = await database.letters.tally({ ...everything, names: ['offers'] });
    expect(asOfMs).toBeGreaterThanOrEqual(atMs);
    expect(groups.map(({ reason, letters }) => [reason, letters]).sort()).toEqual([
      ['crashed', 1],
      ['deadline', 1],
      ['threw', 1],
    ]);
  });
});
