// Calls a generator or a reaction of the home page as the platform would, but here and now.

import { config } from '../../../home.config.ts';
import type { Generated, GeneratorEvent, Json } from '../../../src/domain/authors.ts';

export const acceptedAt = new Date('2026-11-21T08:00:00.000Z');

type Called = { event: Partial<GeneratorEvent>; previous?: Json; signal?: AbortSignal };

function callOf({ event, previous = null, signal = AbortSignal.timeout(5_000) }: Called) {
  const warnings: string[] = [];
  const log = { info() {}, error() {}, warn: (text: string) => void warnings.push(text) };
  const whole: GeneratorEvent = {
    ...{ type: 'user.login', source: '/shop', id: 'e-17', user: 'alice', data: {}, acceptedAt },
    ...event,
  };
  return { event: whole, earlier: [], previous, signal, log, warnings };
}

/** Returns what the generator of that name made. */
export async function generated(
  name: string,
  call: Called,
): Promise<(Generated<unknown> & { content?: unknown }) | null | undefined> {
  const generator = config.generators.find((one) => one.name === name);
  if (generator === undefined) throw new Error(`The home page has no generator ${name}.`);
  return (await generator.generate(callOf(call))) as Generated<unknown> | null | undefined;
}

/** Returns what the reaction reported, and what it warned of. */
export async function reacted(name: string, call: Called, idempotencyKey = 'key-1') {
  const reaction = config.reactions.find((one) => one.name === name);
  if (reaction === undefined) throw new Error(`The home page has no reaction ${name}.`);
  const { warnings, ...given } = callOf(call);
  const returned = await reaction.handle({ ...given, idempotencyKey });
  const events = returned ? returned.events : [];
  return {
    events: events.map(({ type, user, data }) => ({ type: type.type, user, data })),
    warnings,
  };
}
