// Takes away what shows content whose time is over: positions of users, and the bodies for everyone.

import type { Observe } from '../observation.ts';
import type { Clock } from '../ports.ts';
import type { ExpiryTimes } from './expiry-times.ts';
import { createLastingFailure } from './lasting-failure.ts';
import type { GenericBodies } from './lay-down-generic.ts';

/** Users that one turn of the event loop hides: at 19 µs each it lasts 5 ms longer. */
const hiddenPerTurn = 250;

/** Hides all that is due. */
export function createHideExpired(parts: {
  expiries: Pick<ExpiryTimes, 'set' | 'takeDue'>;
  generic: GenericBodies;
  /** Throws when the position cannot be taken away. */
  hide: (user: string) => void;
  observe: Observe;
  watchers: { changed(users: readonly string[]): void; changedForAll(): void };
  nowMs: Clock;
}): () => Promise<void> {
  const { expiries, generic, hide, watchers, observe, nowMs } = parts;
  const failure = createLastingFailure('hide_expired', observe);

  function isHidden(user: string): boolean {
    try {
      hide(user);
      failure.succeeded();
      return true;
    } catch (error) {
      failure.failed(error);
      return false;
    }
  }

  return async () => {
    if (generic.shownUntilMs() <= nowMs() && generic.layDown()) watchers.changedForAll();
    const left: string[] = [];
    for (;;) {
      const expired = expiries.takeDue(nowMs(), hiddenPerTurn);
      for (const user of expired) if (!isHidden(user)) left.push(user);
      watchers.changed(expired);
      if (expired.length < hiddenPerTurn) break;
      await new Promise((resolve) => setImmediate(resolve));
    }
    // Tried again the next time.
    for (const user of left) expiries.set(user, nowMs());
  };
}
