// A replica whose reads all go to the replica itself: for tests of what it holds.

import type { KeptPositions } from '../../../src/domain/replica/keep-positions.ts';

export const noPositions: Pick<KeptPositions, 'changed' | 'genericChanged' | 'isLaidDown'> = {
  changed: async () => {},
  genericChanged: async () => {},
  isLaidDown: () => true,
};
