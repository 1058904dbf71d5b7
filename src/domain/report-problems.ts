// What generators and reactions may report: checked once, because a mistake here would breed events.

import { contentRequested, type EventType, type Generator, type Reaction } from './authors.ts';

type Unit = Pick<Generator | Reaction, 'name' | 'on' | 'reports'>;

export function* reportProblems(config: {
  readonly events: readonly EventType[];
  readonly generators: readonly Unit[];
  readonly reactions: readonly Unit[];
}): Iterable<string> {
  const types = new Set(config.events.map((event) => event.type));
  const units = [...config.generators, ...config.reactions];
  for (const { name, on, reports } of units) {
    for (const type of reports) {
      if (!types.has(type)) yield `"${name}" reports "${type}", which events does not list.`;
    }
    if (reports.length > 0 && on.includes(contentRequested.type)) {
      yield `"${name}" reports events, so it cannot be on "${contentRequested.type}": readers would cause them.`;
    }
  }
  const cycle = findCycle(units);
  if (cycle !== null) yield `reports: no event may lead to itself, as here: ${cycle}.`;
}

/** Returns such as `book.liked → (similar-books) shelf.changed → (librarian) book.liked`. */
function findCycle(units: readonly Unit[]): string | null {
  const harmless = new Set<string>();

  function follow(type: string, steps: readonly Step[]): string | null {
    const first = steps.findIndex((step) => step.type === type);
    if (first >= 0) return steps.slice(first).map(write).join('') + type;
    if (harmless.has(type)) return null;
    for (const { name, on, reports } of units) {
      if (!on.includes(type)) continue;
      for (const reported of reports) {
        const cycle = follow(reported, [...steps, { type, through: name }]);
        if (cycle !== null) return cycle;
      }
    }
    harmless.add(type);
    return null;
  }

  for (const type of units.flatMap(({ on }) => on)) {
    const cycle = follow(type, []);
    if (cycle !== null) return cycle;
  }
  return null;
}

/** An event type, and the unit on it that reports the next one. */
type Step = { type: string; through: string };

function write({ type, through }: Step): string {
  return `${type} → (${through}) `;
}
