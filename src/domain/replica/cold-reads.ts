// Cold reads: a client read a slot that holds nothing for its user. It is answered at once with
// generic content, and the workers are asked for something better.
//
// Anybody with a token can read, and a flood of users nobody has heard of must cost the workers
// little: what was asked for is not asked for again for a while, and never more than the rate in
// all. To ask is a favor, as waiting is: a read over the rate shows generic content, and no error.

import { type ContentRequest, nameContentRequest } from '../content-request.ts';
import type { Resolved } from '../document.ts';
import { describeError } from '../errors.ts';
import type { NameEvent } from '../event.ts';
import type { Observe } from '../observation.ts';
import type { Clock } from '../ports.ts';
import { createRateLimit } from '../rate-limit.ts';
import type { RecentlyAsked } from './recently-asked.ts';

/** A slot that shows nothing personal. `basis`: stamp of what it holds, expired; 0 for nothing. */
export type WantedSlot = { slot: string; basis: number };

export type ColdReads = {
  /** Asks for what may be asked for. Returns at once: sending goes on in the background. */
  ask(user: string, wanted: readonly WantedSlot[]): void;
  /** Whether content of the slot, or of any slot, was asked for and may still be on its way. */
  isPending(user: string, slot?: string): boolean;
  /** Ends what is pending for these events. Call it when their content can be read. */
  settle(resolved: readonly Resolved[]): void;
};

type OpenRequest = { user: string; slot: string; timer: NodeJS.Timeout };

export function createColdReads(parts: {
  /** Slots that some generator fills on request. */
  canRequest: ReadonlySet<string>;
  send: (request: ContentRequest) => Promise<void>;
  asked: RecentlyAsked;
  naming: NameEvent;
  ratePerS: number;
  /** How long an answer is hoped for. */
  pendingMs: number;
  /** Told when `isPending` of the user has another answer; never within `isPending`. */
  onChange: (user: string) => void;
  /** How long the same is not asked for again; an hour makes it a new event, see content-request.ts. */
  askAgainMs: number;
  nowMs: Clock;
  observe: Observe;
}): ColdReads {
  const { canRequest, asked, pendingMs, onChange, nowMs, observe } = parts;
  const mayAsk = createRateLimit({ perS: parts.ratePerS, nowMs });
  /** By ticket. The rate and `pendingMs` bound how many there are. */
  const open = new Map<string, OpenRequest>();
  /** Slots with an open request and its ticket, by user. */
  const ticketsOf = new Map<string, Map<string, string>>();
  let isSending = true;

  function begin(request: ContentRequest): void {
    const { user, slot, basis } = request;
    const { ticket } = nameContentRequest(request, nowMs(), parts.naming);
    // By a timer, because clocks are set back.
    const timer = setTimeout(end, pendingMs, ticket).unref();
    open.set(ticket, { user, slot, timer });
    ticketsOf.set(user, (ticketsOf.get(user) ?? new Map()).set(slot, ticket));
    asked.add(keyOf(request), parts.askAgainMs);
    parts.send(request).then(
      () => {
        isSending = true;
        observe({ kind: 'content_requested', ticket, slot, basis });
      },
      (error) => {
        end(ticket);
        // Soon enough for the user, and not at every read while the broker is away.
        asked.add(keyOf(request), pendingMs);
        // Said once: it is the broker that is away, not one request that failed.
        if (isSending) observe({ kind: 'content_request_failed', error: describeError(error) });
        isSending = false;
      },
    );
  }

  function end(ticket: string): void {
    const request = open.get(ticket);
    if (request === undefined) return;
    open.delete(ticket);
    clearTimeout(request.timer);
    const slots = ticketsOf.get(request.user);
    slots?.delete(request.slot);
    if (slots?.size === 0) ticketsOf.delete(request.user);
    onChange(request.user);
  }

  return {
    ask(user, wanted) {
      let hasBegun = false;
      for (const { slot, basis } of wanted) {
        const request = { user, slot, basis };
        if (!canRequest.has(slot) || ticketsOf.get(user)?.has(slot)) continue;
        // The rate comes last: what need not be asked for takes nothing of it.
        if (asked.has(keyOf(request)) || !mayAsk()) continue;
        begin(request);
        hasBegun = true;
      }
      if (hasBegun) onChange(user);
    },
    isPending(user, slot) {
      const slots = ticketsOf.get(user);
      return slots !== undefined && (slot === undefined || slots.has(slot));
    },
    settle(resolved) {
      for (const { ticket } of resolved) end(ticket);
    },
  };
}

/** Neither a slot nor a user has a space in it. */
function keyOf({ user, slot, basis }: ContentRequest): string {
  return `${slot} ${basis} ${user}`;
}
