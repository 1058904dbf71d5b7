// Step 6: what a replica does with a bundle.

import { describe, expect, it } from 'vitest';
import type { ContentBundle } from '../../../src/domain/document.ts';
import { Failure } from '../../../src/domain/errors.ts';
import type { Observation } from '../../../src/domain/observation.ts';
import type { RegionStore } from '../../../src/domain/ports.ts';
import type { KeptPositions } from '../../../src/domain/replica/keep-positions.ts';
import { createPositionContent } from '../../../src/domain/replica/position-content.ts';
import { memoryRegionStore } from '../../../src/outbound/memory-region-store.ts';
import { aDocument, aGeneric } from '../../fixtures/content.ts';

function open(overrides: Partial<RegionStore> = {}, positions: Partial<KeptPositions> = {}) {
  const store = { ...memoryRegionStore(), ...overrides };
  const observed: Observation[] = [];
  /** For each ticket settled, the version of alice that could be read at that moment. */
  const settled: unknown[] = [];
  const laidDown: unknown[] = [];
  const noted: unknown[] = [];
  const position = createPositionContent({
    store,
    positions: {
      changed: async (users, lane) => void laidDown.push([lane, ...users]),
      genericChanged: async (slots) => void laidDown.push(['generic', ...slots]),
      isLaidDown: () => true,
      ...positions,
    },
    receipts: { note: (user, version) => void noted.push([user, version]) },
    tickets: {
      settle(resolved) {
        for (const { ticket } of resolved) settled.push([ticket, store.get('alice')?.version]);
      },
    },
    observe: (observation) => observed.push(observation),
    nowMs: () => 1_000_030,
  });
  return { store, observed, settled, laidDown, noted, position };
}

const bundle = (given: Partial<ContentBundle>): ContentBundle => ({
  ...{ lane: 'interactive', documents: [], generic: [], resolved: [] },
  ...given,
});

describe('positioning a bundle', () => {
  it('stores it, tells how long it took, then settles its tickets', async () => {
    const { store, observed, settled, laidDown, position } = open();
    await position(
      bundle({
        documents: [aDocument('alice', { version: 7, storedAtMs: 1_000_000 })],
        generic: [aGeneric()],
        resolved: [{ ticket: 't', outcome: 'stored' }],
      }),
    );
    expect(store.generic()).toEqual([aGeneric()]);
    expect(observed).toEqual([
      { kind: 'content_positioned', user: 'alice', version: 7, sinceStoredMs: 30 },
    ]);
    expect(settled).toEqual([['t', 7]]);
    expect(laidDown).toEqual([
      ['generic', 'offers'],
      ['interactive', 'alice'],
    ]);
  });

  it('tells of each event whose content can be read now how long that took', async () => {
    const { observed, position } = open();
    const stored = [
      { ticket: 't1', acceptedAtMs: 1_000_000 },
      { ticket: 't2', acceptedAtMs: null },
    ];
    await position(bundle({ lane: 'bulk', documents: [aDocument('alice')], stored }));
    expect(observed.filter(({ kind }) => kind === 'event_positioned')).toEqual([
      { kind: 'event_positioned', ticket: 't1', lane: 'bulk', sinceAcceptedMs: 30 },
      { kind: 'event_positioned', ticket: 't2', lane: 'bulk', sinceAcceptedMs: null },
    ]);
  });

  it('tells nothing of users that did not change, but settles all the same', async () => {
    const { store, observed, settled, position } = open();
    await store.put([aDocument('alice', { version: 9 })]);
    const resolved = [{ ticket: 't', outcome: 'superseded' as const }];
    await position(bundle({ documents: [aDocument('alice', { version: 8 })], resolved }));
    expect(observed).toEqual([]);
    expect(settled).toEqual([['t', 9]]);
  });

  it('notes receipts once positions are right, also of a version that came again', async () => {
    let isRight = false;
    const { store, noted, position } = open({}, { isLaidDown: () => isRight });
    await position(bundle({ documents: [aDocument('alice', { version: 8 })] }));
    expect(noted).toEqual([]);
    isRight = true;
    await position(bundle({ documents: [aDocument('alice', { version: 8 })] }));
    expect(noted).toEqual([['alice', 8]]);
    expect(store.get('alice')?.version).toBe(8);
  });

  it('settles what an event that changed nothing sends alone', async () => {
    const { settled, position } = open();
    await position(bundle({ resolved: [{ ticket: 't', outcome: 'ignored' }] }));
    expect(settled).toEqual([['t', undefined]]);
  });

  it('settles when withdrawn content is gone, and not before', async () => {
    let isGone = () => {};
    const gone = new Promise<void>((resolve) => {
      isGone = resolve;
    });
    const { settled, position } = open({}, { genericChanged: () => gone });
    const positioned = position(
      bundle({ generic: [aGeneric()], resolved: [{ ticket: 't', outcome: 'stored' }] }),
    );
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(settled).toEqual([]);
    isGone();
    await positioned;
    expect(settled).toEqual([['t', undefined]]);
  });

  it.each(['put', 'putGeneric'] as const)('settles nothing when %s fails', async (method) => {
    const failing = async () => {
      throw new Failure('unavailable', 'The disk is full.');
    };
    const { settled, observed, laidDown, position } = open({ [method]: failing });
    const resolved = [{ ticket: 't', outcome: 'stored' as const }];
    const whole = bundle({ documents: [aDocument('alice')], generic: [aGeneric()], resolved });
    await expect(position(whole)).rejects.toMatchObject({ code: 'unavailable' });
    expect(settled).toEqual([]);
    expect(laidDown).toEqual([]);
    expect(observed).toEqual([]);
  });
});
