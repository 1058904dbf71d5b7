// What an erasure takes from the content store in memory: the same as Postgres's statements.

import { erasedError, isErased } from '../domain/worker/erasure.ts';
import type { MemoryState } from './memory-commit.ts';
import { raiseVersion } from './memory-documents.ts';

export function eraseInMemory(state: MemoryState, user: string, stamp: number): void {
  state.erased.set(user, stamp);
  const document = state.documents.get(user);
  if (document !== undefined) state.documents.set(user, { ...document, slots: new Map() });
  raiseVersion(state, user);
  for (const [key, letter] of state.deadLetters) {
    if (letter.event.user !== user) continue;
    if (isErased(letter.event, stamp)) state.deadLetters.delete(key);
    else state.deadLetters.set(key, { ...letter, error: erasedError });
  }
  state.followUps.forget((event) => event.user === user && isErased(event, stamp));
}
