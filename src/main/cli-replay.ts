// `event replay`: tells of each unit what became or would become of it.

import type { AcceptedEvent } from '../domain/event.ts';
import type { EventHistory } from '../domain/worker/history.ts';
import {
  judgeUnits,
  type ReplayHindrance,
  type Replays,
  type ReplayUnit,
  type ReplayVerdict,
} from '../domain/worker/replay.ts';
import { namedEvent } from './cli-event-text.ts';
import { counted, printable } from './cli-table.ts';
import type { Terminal } from './cli-terminal.ts';

type Call = {
  replays: Replays;
  names: readonly string[] | null;
  /** By the configuration of now. */
  unitsOf(event: AcceptedEvent): readonly ReplayUnit[];
  isDryRun: boolean;
  terminal: Terminal;
};

const hindrances: { readonly [H in ReplayHindrance]: string } = {
  no_data: 'its data was emptied since. Its producer can send it again, as a new event',
  erased: 'its user was erased after it',
  requested: 'it stands for a read; the next read asks again by itself',
};

const left: { readonly [V in Exclude<ReplayVerdict, 'replayed'>]: string } = {
  reaction: 'left alone: it would do again what it did; name it with --name',
  unknown: 'left alone: the configuration has no such generator or reaction on this type now',
  dead: 'left alone: put its letter back with dead redrive',
  waiting: 'left alone: it waits for an attempt already',
  erased: 'left alone: its user was erased after it',
  nothing: 'left alone: the event concerned no generator or reaction',
};

export async function replayEvents(events: readonly EventHistory[], call: Call): Promise<void> {
  for (const event of events) await replayOne(event, call);
}

async function replayOne(
  event: EventHistory,
  { replays, names, unitsOf, isDryRun, terminal }: Call,
): Promise<void> {
  const missing = (names ?? []).filter((name) => event.units.every((unit) => unit.name !== name));
  if (missing.length > 0) {
    const known = event.units.map(({ name }) => name).join(', ');
    throw new Error(`The event has no unit ${printable(missing.join(', '))}. It has: ${known}.`);
  }
  const { dataJson } = event;
  const known = unitsOf({ ...event, data: dataJson === null ? null : JSON.parse(dataJson) });
  const verdicts = judgeUnits(event, names, known);
  const chosen = [...verdicts].filter(([, verdict]) => verdict === 'replayed');
  const wanted = chosen.map(([name]) => name);
  let done: readonly string[] = wanted;
  if (!isDryRun && wanted.length > 0) {
    const end = await replays.replay(
      event,
      known.filter(({ name }) => wanted.includes(name)),
    );
    if ('hindrance' in end) {
      throw new Error(
        `${namedEvent(event.source, event.id)} cannot run again: ${hindrances[end.hindrance]}.`,
      );
    }
    done = end.replayed;
  }
  const width = Math.max(...[...verdicts.keys()].map((name) => name.length), 0);
  for (const [name, verdict] of verdicts) {
    const text =
      verdict === 'replayed' ? (isDryRun ? 'would run again' : 'runs again') : left[verdict];
    await terminal.print(`${(name || '-').padEnd(width)}  ${text}`);
  }
  const total = counted(done.length, 'unit');
  await terminal.print(
    isDryRun ? `${total} would run again. Nothing was changed.` : `${total} put back.`,
  );
  if (!isDryRun && done.length > 0) {
    terminal.remark(`npm run -s cli -- event show ${event.ticket} tells what becomes of it.`);
  }
  if (done.length === 0) process.exitCode = 1;
}
