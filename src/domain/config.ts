// What this installation does: its regions, events, slots, generators and reactions, checked once.

import {
  contentRequested,
  type EventType,
  type Generator,
  type Reaction,
  type SlotDefinition,
} from './authors.ts';
import { type PageDefinition, pageProblems } from './config-page.ts';
import { type Services, serviceProblems } from './config-services.ts';
import { onlyProblems } from './only.ts';
import { reportProblems } from './report-problems.ts';

export type Config = {
  readonly regions: readonly string[];
  readonly events: readonly EventType[];
  /** In the order in which a document lists them. */
  readonly slots: { readonly [slot: string]: SlotDefinition };
  readonly generators: readonly Generator[];
  readonly reactions: readonly Reaction[];
  /** Content with a member `html` is shown on this page; without one it is JSON and nothing else. */
  readonly page?: PageDefinition;
  readonly services?: Services;
};

/** At most 64 characters, so that with the longest event key it fits an index of Postgres. */
const namePattern = /^(?=.{1,64}$)[a-z][a-z0-9]*(?:[.-][a-z0-9]+)*$/;
const regionPattern = /^[a-z][a-z0-9-]{0,31}$/;

/** Well below the 30 minutes after which RabbitMQ gives up on a consumer that does not ack. */
const maxDeadlineMs = 300_000;

/** Routes of their own below /v1/content/{user}/. */
const reservedSlots = new Set(['stream']);

/** Types the platform gives to events of its own. */
const reservedTypePrefix = 'beforehand.';

/** Whether only the platform may report events of this type. */
export function isReservedType(type: string): boolean {
  return type.startsWith(reservedTypePrefix) || type === contentRequested.type;
}

/** Returns the configuration as it is, or throws one error that lists everything wrong with it. */
export function defineConfig(config: Config): Config {
  const problems = [
    ...regionProblems(config),
    ...eventProblems(config),
    ...slotProblems(config),
    ...unitProblems(config),
    ...coldReadProblems(config),
    ...reportProblems(config),
    ...onlyProblems(config),
    ...pageProblems(config),
    ...serviceProblems(config.services ?? {}),
  ];
  if (problems.length > 0) {
    throw new Error(
      `The configuration has ${problems.length} problem(s):\n- ${problems.join('\n- ')}`,
    );
  }
  return config;
}

function* regionProblems(config: Config): Iterable<string> {
  if (config.regions.length === 0) yield 'regions: name at least one.';
  for (const region of config.regions) {
    if (!regionPattern.test(region) || region === 'all') {
      yield `regions: "${region}" must match ${regionPattern.source} and not be "all".`;
    }
  }
  yield* repeated(config.regions, 'regions');
}

function* eventProblems(config: Config): Iterable<string> {
  for (const { type } of config.events) {
    if (type === '') yield 'events: "" is empty.';
    if (isReservedType(type)) yield `events: "${type}" is the platform's own.`;
  }
  yield* repeated(
    config.events.map((event) => event.type),
    'events',
  );
}

function* slotProblems(config: Config): Iterable<string> {
  for (const slot of Object.keys(config.slots)) {
    if (!namePattern.test(slot) || reservedSlots.has(slot)) {
      yield `slots: "${slot}" must match ${namePattern.source} and not be one of: ${[...reservedSlots].join(', ')}.`;
    }
  }
}

/** What a read asked for replaces only what it saw, by a rule of its own. */
function* exactProblems({ name, previous, audience, on }: Generator): Iterable<string> {
  if (previous !== 'exact') return;
  const why = 'its previous cannot be exact.';
  if (audience === 'everyone') yield `generators: "${name}" is for everyone: ${why}`;
  const { type } = contentRequested;
  if (on.includes(type)) yield `generators: "${name}" is on "${type}": ${why}`;
}

function* unitProblems(config: Config): Iterable<string> {
  const types = new Set([contentRequested, ...config.events].map((event) => event.type));
  for (const generator of config.generators) {
    if (!Object.hasOwn(config.slots, generator.slot)) {
      yield `generators: "${generator.name}" fills slot "${generator.slot}", which slots does not list.`;
    }
    yield* timerProblems(generator);
    yield* exactProblems(generator);
  }
  for (const unit of [...config.generators, ...config.reactions]) {
    if (!namePattern.test(unit.name)) {
      yield `"${unit.name}" is no name of a generator or reaction: it must match ${namePattern.source}.`;
    }
    if (!isBetween(unit.deadlineMs, 1, maxDeadlineMs)) {
      yield `"${unit.name}" needs a deadlineMs from 1 to ${maxDeadlineMs}.`;
    }
    if (!isBetween(unit.concurrency, 1, Number.MAX_SAFE_INTEGER)) {
      yield `"${unit.name}" needs a concurrency of at least 1.`;
    }
    for (const type of unit.on) {
      if (!types.has(type)) yield `"${unit.name}" is on "${type}", which events does not list.`;
    }
  }
  yield* repeated(
    [...config.generators, ...config.reactions].map((unit) => unit.name),
    'names of generators and reactions',
  );
}

function* coldReadProblems({ generators, reactions }: Config): Iterable<string> {
  const { type } = contentRequested;
  for (const { name, on, audience } of generators) {
    if (audience === 'everyone' && on.includes(type)) {
      yield `generators: "${name}" is for everyone, but "${type}" is about one user.`;
    }
  }
  for (const { name, on } of reactions) {
    if (on.includes(type))
      yield `reactions: "${name}" is on "${type}", which is for generators only.`;
  }
}

function* timerProblems({ name, on, everyMs, audience }: Generator): Iterable<string> {
  if (on.length === 0 && everyMs === null) {
    yield `generators: "${name}" never runs: it needs on, or for: 'everyone' with everyMs.`;
  }
  if (everyMs === null) return;
  if (audience !== 'everyone' || !isBetween(everyMs, 1000, Number.MAX_SAFE_INTEGER)) {
    yield `generators: "${name}" has everyMs: it needs for: 'everyone' and at least 1000.`;
  }
  // Its type says that it is called with the events of `on` only.
  if (on.length > 0) yield `generators: "${name}" has on and everyMs: make two generators of it.`;
}

/** Whole numbers only; NaN is between nothing. */
function isBetween(value: number, min: number, max: number): boolean {
  return Number.isSafeInteger(value) && value >= min && value <= max;
}

function* repeated(names: readonly string[], where: string): Iterable<string> {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) yield `${where}: "${name}" is there twice.`;
    seen.add(name);
  }
}
