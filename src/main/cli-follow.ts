// Follows an event that was just sent: its units in Postgres, and what each region then serves.

import { setTimeout as sleep } from 'node:timers/promises';
import { readTicket, type TicketUnit } from '../outbound/http-producer.ts';
import { readDocument, type ServedDocument } from '../outbound/http-region-door.ts';
import type { Installation } from './cli-installation.ts';
import { needed } from './cli-installation.ts';
import { printable } from './cli-table.ts';
import { signToken } from './sign-token.ts';

/** `atMs`: now unless given. */
export type Step = { step: string; text: string; atMs?: number };

type Followed = {
  installation: Installation;
  ticket: string;
  user: string | null;
  source: string;
  id: string;
  untilMs: number;
  /** That the event has by the configuration. */
  unitNames: readonly string[];
  tell(step: Step): Promise<void>;
};

/** A person sees no difference, and an operator process notices nothing. */
const pollEveryMs = 20;
const waitMs = 500;

/** Leaves exit code 1 where it is not settled, not readable, or dead when the time is up. */
export async function followEvent(followed: Followed): Promise<void> {
  const settling = followUnits(followed);
  const regions = Object.entries(followed.installation.regions).map(([region, url]) =>
    followRegion(followed, settling, region, url),
  );
  const [units, ...readable] = await Promise.all([settling, ...regions]);
  const isGood = units?.every(({ state }) => state !== 'dead');
  if (isGood !== true || readable.includes(false)) process.exitCode = 1;
}

/** `null`: the time is up. */
async function followUnits(followed: Followed): Promise<readonly TicketUnit[] | null> {
  const { installation, ticket, untilMs, tell } = followed;
  const operator = needed(
    installation.operator,
    'address of the operator',
    'BEFOREHAND_OPERATOR_URL',
  );
  const told = new Map<string, string>();
  for (;;) {
    const units = (await readTicket(operator, ticket)) ?? [];
    for (const unit of units.toSorted(bySettling)) {
      const step = stepOf(unit);
      if (step === null || told.get(unit.name) === step.text) continue;
      told.set(unit.name, step.text);
      await tell(step);
    }
    if (areSettled(units, followed.unitNames)) return units;
    if (Date.now() >= untilMs) {
      const text = `not settled; npm run -s cli -- event show ${ticket}`;
      await tell({ step: 'timeout', text });
      return null;
    }
    await sleep(pollEveryMs);
  }
}

/** Those that wait come last. */
function bySettling(a: TicketUnit, b: TicketUnit): number {
  return (a.settledAt ?? '~') < (b.settledAt ?? '~') ? -1 : 1;
}

/** `null`: it runs, and nothing is to be told of it yet. */
function stepOf({ name, state, settledAt, error, attempts }: TicketUnit): Step | null {
  if (state === 'waiting' && error === null) return null;
  const text = error === null ? state : `${state}, attempt ${attempts ?? 0}: ${error}`;
  const step = { step: name === '' ? 'event' : name, text: printable(text.replace(/\s+/g, ' ')) };
  return settledAt === null ? step : { ...step, atMs: Date.parse(settledAt) };
}

function areSettled(units: readonly TicketUnit[], expected: readonly string[]): boolean {
  const settled = new Set(units.filter(({ state }) => state !== 'waiting').map(({ name }) => name));
  // An event that concerns none is settled as a whole.
  return settled.has('') || (settled.size > 0 && expected.every((name) => settled.has(name)));
}

/** Whether the region serves what came of the event. */
async function followRegion(
  { installation, user, ticket, untilMs, tell, ...event }: Followed,
  settling: Promise<readonly TicketUnit[] | null>,
  region: string,
  url: string,
): Promise<boolean> {
  const { token } = installation;
  if (user === null || token === null) return true;
  let isStored: boolean | null = null;
  void settling.then(
    (units) => {
      isStored = units?.some(({ state }) => state === 'stored') ?? false;
    },
    () => {},
  );
  const signed = await signToken({ token }, { user, ttlS: 3_600 });
  const after = /^[A-Za-z0-9_-]+$/.test(ticket) ? { ticket, waitMs } : null;
  for (;;) {
    const served = await readDocument({ region, url }, signed, after);
    if ('document' in served && shows(served.document, event)) {
      const atMs = Date.now();
      // The units come first, in what is told as in what happened.
      await settling;
      await tell({ step: region, text: `readable, version ${served.document.version}`, atMs });
      return true;
    }
    // What newer events made stands there instead, or nothing was to be shown.
    if (isStored === false) return true;
    if (Date.now() >= untilMs) {
      const why = 'problem' in served ? `: ${served.problem}` : '';
      await tell({ step: region, text: `not readable in time${why}` });
      return false;
    }
    if (isStored !== null) await sleep(pollEveryMs);
  }
}

function shows({ slots }: ServedDocument, { source, id }: { source: string; id: string }): boolean {
  return Object.values(slots).some(({ event }) => event?.source === source && event.id === id);
}
