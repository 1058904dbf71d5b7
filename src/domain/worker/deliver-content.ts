// Step 5, fan out: what was stored goes to every region, now or, noted as unsent, later.

import { backoffMs, pause } from '../backoff.ts';
import type { ContentBundle } from '../document.ts';
import { describeError, isUnavailable } from '../errors.ts';
import type { Observe } from '../observation.ts';
import type { Clock, ContentStore, FanOut } from '../ports.ts';
import { createLaneBatcher } from './batcher.ts';
import { mergeBundles } from './merge-bundles.ts';
import type { UntilAvailable } from './until-available.ts';

/** Resolves once the broker has confirmed the bundle, or Postgres remembers that it did not. */
export type DeliverContent = (bundle: ContentBundle) => Promise<void>;

/** Bundles that go together, and how many such sendings a lane has under way. */
const sending = { maxItems: 20, maxConcurrent: 2 };

/**
 * While a broker's memory or disk alarm lasts, it takes no publish; were the ack to wait for that,
 * its queues could never shrink and the alarm would never end. So after `patienceMs` the bundle's
 * users are noted and the event may be acked. Once that long has passed without any bundle taken,
 * those that follow are tried once each: a worker holds few events, and thousands may be waiting.
 */
export function createDeliverContent(deps: {
  fanOut: FanOut;
  store: ContentStore;
  observe: Observe;
  nowMs: Clock;
  untilAvailable: UntilAvailable;
  patienceMs: number;
}): DeliverContent {
  /** Since when no bundle was taken; `null`: the last one was. */
  let refusingSinceMs: number | null = null;

  async function send(bundle: ContentBundle): Promise<void> {
    await deps.fanOut.send(bundle);
    refusingSinceMs = null;
  }

  const sendTogether = createLaneBatcher<ContentBundle, void>(({ lane }) => lane, {
    ...sending,
    flush: async (bundles) => {
      await sendOrDefer(mergeBundles(bundles));
      return [];
    },
  });

  return async (bundle) => {
    const { documents, generic, resolved } = bundle;
    if (documents.length + generic.length + resolved.length > 0) await sendTogether(bundle);
  };

  async function sendOrDefer(bundle: ContentBundle): Promise<void> {
    const begunAtMs = deps.nowMs();
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await send(bundle);
      } catch (error) {
        if (!isUnavailable(error)) throw error;
        refusingSinceMs ??= deps.nowMs();
        const giveUpAtMs = Math.min(begunAtMs, refusingSinceMs) + deps.patienceMs;
        const delayMs = backoffMs(attempt, { firstMs: 100, maxMs: 2000 });
        if (deps.nowMs() + delayMs >= giveUpAtMs) return await defer(bundle, error);
        await pause(delayMs);
      }
    }
  }

  async function defer({ documents, generic }: ContentBundle, error: unknown): Promise<void> {
    const users = documents.map((document) => document.user);
    const slots = generic.map((content) => content.slot);
    if (users.length + slots.length > 0) {
      await deps.untilAvailable(() => deps.store.noteUnsent({ users, slots }));
    }
    deps.observe({
      kind: 'fan_out_deferred',
      users: users.length,
      slots: slots.length,
      error: describeError(error),
    });
  }
}
