// Kept positions over a store and files in memory, on a clock in the test's hands.

import { onTestFinished } from 'vitest';
import type { Observation } from '../../../src/domain/observation.ts';
import { createDocumentComposer } from '../../../src/domain/replica/compose-document.ts';
import {
  type KeepPositionsParts,
  keepPositions,
} from '../../../src/domain/replica/keep-positions.ts';
import { memoryPositions } from '../../../src/outbound/memory-positions.ts';
import { memoryRegionStore } from '../../../src/outbound/memory-region-store.ts';
import { type aDocument, type aGeneric, aSlot } from '../../fixtures/content.ts';

const slots = { offers: { generic: 'fallback' }, books: { generic: 'no books' } };
export const startMs = 1_795_248_000_000;

export const text = (body: Uint8Array | undefined) => Buffer.from(body ?? []).toString();

export function createPlace() {
  return { store: memoryRegionStore(), positions: memoryPositions({ maxFiles: 1_000 }) };
}

export async function openPositions(
  given: Partial<KeepPositionsParts> = {},
  place: ReturnType<typeof createPlace> = createPlace(),
) {
  const clock = { nowMs: startMs };
  const pending = new Set<string>();
  const changes: (string | readonly string[])[] = [];
  const observed: Observation[] = [];
  const mended: string[] = [];
  const { store, positions } = place;
  const { compose = createDocumentComposer(slots) } = given;
  const keeper = await keepPositions({
    ...{ store, positions, compose, rewritesPerS: 100_000 },
    isPending: (user) => pending.has(user),
    onFound: () => {},
    onMended: (user) => void mended.push(user),
    watchers: {
      changed: (users) => users.length > 0 && changes.push(users),
      changedForAll: () => changes.push('all'),
    },
    observe: (observation) => observed.push(observation),
    nowMs: () => clock.nowMs,
    ...given,
  });
  onTestFinished(() => keeper.stop());
  const body = (user: string) => {
    const found = positions.read(user);
    return found === null ? null : JSON.parse(text(found));
  };
  return {
    ...{ ...place, keeper, clock, pending, changes, mended, observed, body },
    async put(...documents: ReturnType<typeof aDocument>[]) {
      await keeper.changed(await store.put(documents), 'interactive');
    },
    async putGeneric(...generic: ReturnType<typeof aGeneric>[]) {
      await keeper.genericChanged(await store.putGeneric(generic));
    },
    offers: (user: string) => body(user)?.slots.offers,
    /** Whether it is noted that all positions show what they would show now. */
    isNoted: () =>
      store.isComposedWith(compose.key({ generic: store.generic(), nowMs: clock.nowMs })),
  };
}

export const personal = (json: string, more: object = {}) => [
  aSlot({ contentJson: JSON.stringify(json), ...more }),
];
