// Programs that generators call, started beside the platform for whoever develops.

import { isReservedSource } from './reserved-sources.ts';

/** In production it runs elsewhere, and only the variable is set. */
export type Service = {
  /** A program and its arguments, started in the folder of the configuration. */
  readonly command: readonly string[];
  /** Name of the environment variable that holds its URL. */
  readonly url: string;
  /**
   * What its events say where they come from, as in `/products/deals`. With it a service is given a key
   * that sends events of this source and of no other; without, it sends none.
   */
  readonly source?: string;
  /** The only types of events that its key is good for; any unless given. */
  readonly types?: readonly string[];
};

export type Services = { readonly [name: string]: Service };

/** Short, because files, keys and processes are called like it. */
const namePattern = /^(?=.{1,32}$)[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

const variablePattern = /^[A-Z][A-Z0-9_]{0,127}$/;

/** What a service is given itself. */
const givenVariables = new Set(['PATH', 'HOME', 'PORT', 'DATA_DIR']);

const platformPrefix = 'BEFOREHAND_';

export function* serviceProblems(services: Services): Iterable<string> {
  const nameOf = new Map<string, string>();
  for (const [name, { command, url, source, types }] of Object.entries(services)) {
    if (!namePattern.test(name)) yield `services: "${name}" must match ${namePattern.source}.`;
    if (!isCommand(command)) {
      yield `services: "${name}" needs a command, as in ['node', 'service.mjs'].`;
    }
    if (typeof url !== 'string' || !variablePattern.test(url)) {
      yield `services: "${name}" needs url, the name of an environment variable: ${variablePattern.source}.`;
    } else if (givenVariables.has(url) || url.startsWith(platformPrefix)) {
      yield `services: "${name}" cannot have its URL in ${url}, which is the platform's own.`;
    }
    yield* sourceProblems(name, source);
    if (types !== undefined && (source === undefined || !isListOfNames(types))) {
      yield `services: "${name}" needs types such as ['product.pushed'], and a source, or no types.`;
    }
    const other = nameOf.get(url);
    if (other !== undefined)
      yield `services: "${name}" and "${other}" both have their URL in ${url}.`;
    nameOf.set(url, name);
  }
}

function* sourceProblems(name: string, source: string | undefined): Iterable<string> {
  if (source === undefined) return;
  if (!/^\/[^\s*]{1,255}$/.test(source)) {
    yield `services: "${name}" needs a source such as /products/${name}, or none.`;
  } else if (isReservedSource(source)) {
    yield `services: "${name}" cannot have the source ${source}, which no key is good for.`;
  }
}

function isCommand(command: unknown): boolean {
  if (!Array.isArray(command) || command.length === 0) return false;
  return command.every((word) => typeof word === 'string') && command[0] !== '';
}

/** A star in a key stands for more than one. */
function isListOfNames(types: unknown): boolean {
  if (!Array.isArray(types) || types.length === 0) return false;
  return types.every((type) => typeof type === 'string' && /^[^\s*]{1,255}$/.test(type));
}
