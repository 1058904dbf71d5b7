// In the worker: what a unit reported becomes events, the same ones however often the unit runs.

import type { Config } from '../config.ts';
import { describeError } from '../errors.ts';
import {
  type AcceptedEvent,
  type Lane,
  maxDataDepth,
  maxIdChars,
  type NameEvent,
} from '../event.ts';
import type { Json } from '../json.ts';
import { flawIn } from '../json-flaws.ts';
import type { DataValidator, UnitRunner } from '../ports.ts';
import { failed } from './author-answer.ts';
import type { Reported } from './unit-call.ts';

/** At some 30 µs an event, a turn of the event loop lasts 3 ms longer. */
const eventsPerTurn = 100;

type Deps = { config: Config; validateData: DataValidator; naming: NameEvent };

type Cause = { event: AcceptedEvent; unit: { name: string } };

/** A runner whose answers carry events instead of reports. One that does not fit fails its unit. */
export function withFollowUps(runner: UnitRunner, deps: Deps): UnitRunner {
  const lanes = new Map(deps.config.events.map(({ type, lane }) => [type, lane]));
  return {
    async run(call) {
      const answer = await runner.run(call);
      if (!('reported' in answer) || answer.reported === undefined) return answer;
      const { reported, ...rest } = answer;
      const followUps: AcceptedEvent[] = [];
      for (const [index, report] of reported.entries()) {
        const made = followUp(report, { cause: call, index, lanes, deps });
        if (typeof made === 'string') return failed('bad_event', `events[${index}]: ${made}`);
        followUps.push(made);
        if (index % eventsPerTurn === eventsPerTurn - 1) {
          await new Promise((resolve) => setImmediate(resolve));
        }
      }
      return { ...rest, followUps };
    },
    close: () => runner.close(),
  };
}

/** Returns what is wrong with it if it cannot be an event. */
function followUp(report: Reported, { cause, index, lanes, deps }: Where): AcceptedEvent | string {
  const { event: parent, unit } = cause;
  const { type, user } = report;
  const id = `${parent.id}#${unit.name}#${index}`;
  if ([...id].length > maxIdChars) return `Its id "${id}" has more than ${maxIdChars} characters.`;
  try {
    const data = JSON.parse(report.dataJson) as Json;
    const flaw = flawIn(data, maxDataDepth);
    if (flaw !== null) return flaw;
    const [problem] = deps.validateData(type, data) ?? [noSuchType];
    if (problem !== undefined) return `data${problem.pointer} ${problem.message}`;
    return {
      ...{ source: parent.source, id, type, user, data },
      lane: parent.lane === 'bulk' ? 'bulk' : (lanes.get(type) ?? 'bulk'),
      stamp: parent.stamp,
      ticket: deps.naming.ticketOf(parent.source, id),
      digest: deps.naming.digestOf(type, data),
      acceptedAtMs: parent.acceptedAtMs,
    };
  } catch (error) {
    // A schema that refers to itself can go deeper than the stack.
    return describeError(error);
  }
}

type Where = { cause: Cause; index: number; lanes: ReadonlyMap<string, Lane>; deps: Deps };

const noSuchType = { pointer: '', message: 'has a type that is not configured.' };
