// Who must be among the dead letters after poison, and who must not.

import { type Poison, poisonNames, reasons } from '../../test/fixtures/poisons.ts';
import { type Login, userOf } from '../position/login.ts';

export type DeadLetter = { user: string; reason: string };

/** The kinds come in turn. */
export const poisonOf = ({ index }: Login): Poison =>
  poisonNames[index % poisonNames.length] as Poison;

/**
 * A line for each thing that is not as it must be. `letters` are all there are; `poisoned` are the
 * logins whose user's letter must be among them, once and with its reason, and nobody else's.
 */
export function wrongLetters(
  letters: readonly DeadLetter[],
  poisoned: readonly Login[],
): readonly string[] {
  const reasonsOf = new Map<string, string[]>();
  for (const { user, reason } of letters) {
    reasonsOf.set(user, [...(reasonsOf.get(user) ?? []), reason]);
  }
  const wrong = poisoned.flatMap((login) => {
    const user = userOf(login);
    const found = reasonsOf.get(user) ?? [];
    reasonsOf.delete(user);
    const isRight = found.length === 1 && reasons[poisonOf(login)].includes(found[0] as string);
    return isRight ? [] : [`${user} (${poisonOf(login)}): ${found.join(', ') || 'no letter'}`];
  });
  const strangers = [...reasonsOf].map(([user, found]) => `${user} (good): ${found.join(', ')}`);
  return [...wrong, ...strangers];
}
