// Generators and reactions that are for some events of a type only, by what their data says. The
// platform looks itself, so that what an event does not concern is no unit: no call, no outcome.

import type { EventType, Generator, Only, Reaction } from './author-types.ts';

/** Emptied data, that of an erased user for instance, has no members. */
export function isWanted(only: Only | null, data: unknown): boolean {
  if (only === null) return true;
  if (typeof data !== 'object' || data === null) return false;
  return Object.entries(only).every(
    ([member, value]) =>
      Object.hasOwn(data, member) && (data as { [member: string]: unknown })[member] === value,
  );
}

/** A member that no event has would keep a unit from running, and nobody would hear of it. */
export function* onlyProblems(config: {
  readonly events: readonly EventType[];
  readonly generators: readonly Pick<Generator, 'name' | 'on' | 'only'>[];
  readonly reactions: readonly Pick<Reaction, 'name' | 'on' | 'only'>[];
}): Iterable<string> {
  const schemas = new Map(config.events.map(({ type, schema }) => [type, schema]));
  for (const { name, on, only } of [...config.generators, ...config.reactions]) {
    if (only === null) continue;
    if (on.length === 0) yield `"${name}" has only, so it needs on.`;
    for (const type of on) {
      const properties = schemas.get(type)?.properties;
      if (typeof properties !== 'object' || properties === null) continue;
      const known = Object.keys(properties);
      for (const member of Object.keys(only).filter((named) => !known.includes(named))) {
        yield `"${name}" is only for some "${type}" by "${member}", which its data has not: ${known.join(', ')}.`;
      }
    }
  }
}
