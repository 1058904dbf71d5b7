import { expect, it } from 'vitest';
import { memoryPositions } from '../../src/outbound/memory-positions.ts';
import { positionedPagesContract } from '../contract/positioned-pages-contract.ts';
import { positionsContract } from '../contract/positions-contract.ts';

const textOf = (body: Uint8Array | undefined) => Buffer.from(body ?? []).toString();

positionsContract('memory positions', ({ maxFiles }) => {
  const positions = memoryPositions({ maxFiles });
  return {
    positions,
    read(user) {
      const body = positions.read(user);
      return body === null ? null : textOf(body);
    },
    readGeneric() {
      const bodies = positions.readGeneric();
      return { generic: textOf(bodies?.generic), pending: textOf(bodies?.pending) };
    },
  };
});

positionedPagesContract('memory positions', ({ maxFiles }) => {
  const positions = memoryPositions({ maxFiles });
  const found = (body: Uint8Array | null) => (body === null ? null : textOf(body));
  return {
    positions,
    read: (user) => found(positions.read(user)),
    readPage: (user) => found(positions.readPage(user)),
    readGenericPages() {
      const pages = positions.readGenericPages();
      return pages && { generic: textOf(pages.generic), pending: textOf(pages.pending) };
    },
  };
});

it('tells how often the replica said that it lives', () => {
  const positions = memoryPositions({ maxFiles: 1 });
  positions.beat();
  positions.beat();
  expect(positions.beatCount()).toBe(2);
});
