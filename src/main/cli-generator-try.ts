// `generator try`: one unit in a thread, as in a worker, and nothing of it is stored.

import { readFileSync } from 'node:fs';
import type { Config } from '../domain/config.ts';
import { maxSlotBytes } from '../domain/document.ts';
import type { AcceptedEvent } from '../domain/event.ts';
import type { Json } from '../domain/json.ts';
import type { Observation } from '../domain/observation.ts';
import { trialEvent } from '../domain/worker/trial-event.ts';
import type { UnitAnswer, UnitCall } from '../domain/worker/unit-call.ts';
import { createUnitFinder, type Unit } from '../domain/worker/units.ts';
import { ajvDataValidator } from '../outbound/ajv-data-validator.ts';
import { postgresHistories } from '../outbound/postgres-histories.ts';
import { digestOf } from '../wire/digest.ts';
import { ticketOf } from '../wire/ticket.ts';
import { configFile, findServices, type TryOptions } from './cli-config.ts';
import { findInstallation } from './cli-installation.ts';
import { withPostgres } from './cli-postgres.ts';
import { numberText, printable } from './cli-table.ts';
import type { Terminal } from './cli-terminal.ts';
import { momentText, spanText } from './cli-time.ts';
import { loadConfig } from './load-config.ts';
import { readSettings } from './settings.ts';
import { openUnitThreads } from './unit-threads.ts';
import { workerLimits } from './worker-settings.ts';

type Given = { event: AcceptedEvent; previousJson: string | null };

export async function tryGenerator(
  name: string,
  options: TryOptions,
  terminal: Terminal,
): Promise<void> {
  const file = configFile();
  const config = await loadConfig(file);
  requireGenerator(config, name);
  const given = await readGiven(config, name, options);
  const unit = unitOf(config, name, given.event);
  findServices();
  const limits = readSettings(workerLimits, process.env);
  const observe = (fact: Observation) => tell(fact, terminal);
  // It has booted when this resolves: what a worker does once is not what a call takes.
  const runner = await openUnitThreads(file, { ...limits, threads: 1, aloneThreads: 1 }, observe);
  try {
    const call: UnitCall = { ...given, unit, earlier: [], alone: false, attempts: 0 };
    const startedAtMs = performance.now();
    const first = await runner.run(call);
    // Only alone it is certain who did it, in a worker as well as here.
    const answer = first.kind === 'crashed' ? await runner.run({ ...call, alone: true }) : first;
    await show(answer, { tookMs: performance.now() - startedAtMs, options, terminal });
  } finally {
    await runner.close();
  }
}

function requireGenerator({ generators }: Config, name: string): void {
  if (generators.some((generator) => generator.name === name)) return;
  const names = generators.map((generator) => generator.name).join(', ');
  throw new Error(`The configuration has no generator ${printable(name)}. It has: ${names}.`);
}

async function readGiven(config: Config, name: string, options: TryOptions): Promise<Given> {
  const { ticket, event, previous } = options;
  const read = previous === undefined ? null : readJson(previous);
  const previousJson = read === null ? null : JSON.stringify(read);
  if (ticket !== undefined) {
    const kept = await readKept(config, name, ticket);
    return { event: kept.event, previousJson: previousJson ?? kept.previousJson };
  }
  const made = trialEvent(readJson(event ?? '-'), { ticketOf, digestOf, nowMs: Date.now() });
  const [problem] = ajvDataValidator(config.events)(made.type, made.data) ?? [];
  if (problem !== undefined) {
    throw new Error(
      `An ingest would refuse this event: data${problem.pointer} ${problem.message}.`,
    );
  }
  return { event: made, previousJson };
}

/** An event of the past, with what its slot holds now. */
function readKept(config: Config, name: string, ticket: string): Promise<Given> {
  return withPostgres(findInstallation(process.env), async (postgres) => {
    const histories = postgresHistories(postgres);
    const [found] = await histories.events([ticket]);
    if (found === undefined)
      throw new Error(`No worker has begun an event with the ticket ${printable(ticket)}.`);
    const { units: _, dataJson, ...event } = found;
    const data = dataJson === null ? null : (JSON.parse(dataJson) as Json);
    // Emptied data may look like data; the digest of what was accepted tells.
    if (dataJson === null || digestOf(event.type, data) !== event.digest) {
      throw new Error('The data of this event was emptied since.');
    }
    const slot = config.generators.find((generator) => generator.name === name)?.slot;
    const document = found.user === null ? null : await histories.document(found.user);
    const held = document?.slots.find((one) => one.slot === slot);
    return {
      event: { ...event, data },
      previousJson: held?.contentJson ?? null,
    };
  });
}

function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (cause) {
    throw new Error(`${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    const place = file === '-' ? 'What was given on stdin' : file;
    throw new Error(`${place} is no JSON: ${(cause as Error).message}`, { cause });
  }
}

/** As a worker finds it, so that an event that would never reach the generator is told. */
function unitOf(config: Config, name: string, event: AcceptedEvent): Unit {
  const unit = createUnitFinder(config)(event).find((candidate) => candidate.name === name);
  if (unit !== undefined) return unit;
  const generator = config.generators.find((one) => one.name === name);
  const { audience = 'user', on = [], only = null } = generator ?? {};
  const whose = audience === 'user' ? 'with a subject' : 'without a subject';
  const types =
    on.length === 0 ? `beforehand.timer with data {"generator":"${name}"}` : on.join(', ');
  const which = only === null ? '' : `, with data like ${JSON.stringify(only)}`;
  throw new Error(
    `A worker would not call ${name} on this event: it is on ${types}, ${whose}${which}.`,
  );
}

function tell(fact: Observation, terminal: Terminal): void {
  if (fact.kind === 'unit_logged') {
    terminal.remark(printable(`log ${fact.level}: ${fact.message} ${fact.fields ?? ''}`.trimEnd()));
  }
  if (fact.kind === 'thread_printed') terminal.remark(printable(`printed: ${fact.text}`.trimEnd()));
}

async function show(
  answer: UnitAnswer,
  { tookMs, options, terminal }: { tookMs: number; options: TryOptions; terminal: Terminal },
): Promise<void> {
  const isFailed = answer.kind === 'failed' || answer.kind === 'crashed';
  if (isFailed) process.exitCode = 1;
  if (options.json) return terminal.print(JSON.stringify(toJson(answer, tookMs)));
  const took = `took ${spanText(tookMs)}`;
  if (isFailed) {
    const reason = answer.kind === 'failed' ? answer.reason : 'crashed';
    return terminal.print(`failed: ${reason}, ${took}\n${printable(answer.error)}`);
  }
  await terminal.print(`${summaryOf(answer)}, ${took}`);
  if (answer.kind === 'content') {
    await terminal.print(printable(JSON.stringify(JSON.parse(answer.contentJson), null, 2)));
  }
  for (const { type, user, dataJson } of answer.reported ?? []) {
    await terminal.print(printable(`reports ${type} about ${user ?? 'everyone'}: ${dataJson}`));
  }
}

function summaryOf(answer: Exclude<UnitAnswer, { kind: 'failed' | 'crashed' }>): string {
  if (answer.kind !== 'content') return 'nothing: the slot stays as it is';
  const bytes = Buffer.byteLength(answer.contentJson);
  const { expiresAtMs } = answer;
  const expiry = expiresAtMs === null ? 'never expires' : `expires ${momentText(expiresAtMs)}`;
  return `content: ${numberText(bytes)} of at most ${numberText(maxSlotBytes)} bytes, ${expiry}`;
}

function toJson(answer: UnitAnswer, tookMs: number) {
  const rounded = Math.round(tookMs * 10) / 10;
  if (answer.kind !== 'content') return { ...answer, tookMs: rounded };
  const { contentJson, expiresAtMs, generatedAtMs: _, ...rest } = answer;
  return {
    ...rest,
    expiresAt: expiresAtMs === null ? null : momentText(expiresAtMs),
    ...{ bytes: Buffer.byteLength(contentJson), tookMs: rounded },
    content: JSON.parse(contentJson) as unknown,
  };
}
