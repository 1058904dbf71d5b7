// Step 5, fan out: what was stored goes to every region, now or, noted as unsent, later.

import type { ContentBundle } from '../document.ts';
import type { Observe } from '../observation.ts';
import type { Clock, ContentStore, FanOut } from '../ports.ts';
import { createLaneBatcher } from './batcher.ts';
import { mergeBundles } from './merge-bundles.ts';
import { createSendPatiently } from './send-patiently.ts';
import type { UntilAvailable } from './until-available.ts';

/** Resolves once the broker has confirmed the bundle, or Postgres remembers that it did not. */
export type DeliverContent = (bundle: ContentBundle) => Promise<void>;

/** Bundles that go together, and how many such sendings a lane has under way. */
const sending = { maxItems: 20, maxConcurrent: 2 };

/**
 * While a broker's memory or disk alarm lasts, it takes no publish; were the ack to wait for that,
 * its queues could never shrink and the alarm would never end. So after `patienceMs` the bundle's
 * users are noted and the event may be acked.
 */
export function createDeliverContent(deps: {
  fanOut: FanOut;
  store: ContentStore;
  observe: Observe;
  nowMs: Clock;
  untilAvailable: UntilAvailable;
  patienceMs: number;
}): DeliverContent {
  const sendPatiently = createSendPatiently(deps);
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
    const error = await sendPatiently(() => deps.fanOut.send(bundle));
    if (error !== null) return defer(bundle, error);
    const { lane, documents } = bundle;
    deps.observe({
      ...{ kind: 'content_sent', lane, documents: documents.length, tickets: ticketsOf(bundle) },
      tookMs: deps.nowMs() - begunAtMs,
    });
  }

  async function defer({ documents, generic }: ContentBundle, error: string): Promise<void> {
    const users = documents.map((document) => document.user);
    const slots = generic.map((content) => content.slot);
    if (users.length + slots.length > 0) {
      await deps.untilAvailable(() => deps.store.noteUnsent({ users, slots }));
    }
    deps.observe({
      kind: 'fan_out_deferred',
      users: users.length,
      slots: slots.length,
      error,
    });
  }
}

function ticketsOf({ resolved, stored = [] }: ContentBundle): string[] {
  return [...new Set([...stored, ...resolved].map(({ ticket }) => ticket))];
}
