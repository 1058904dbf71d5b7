// Programs that generators call, started beside the platform for whoever develops.

/** In production it runs elsewhere, and only the variable is set. */
export type Service = {
  /** A program and its arguments, started in the folder of the configuration. */
  readonly command: readonly string[];
  /** Name of the environment variable that holds its URL. */
  readonly url: string;
};

const variablePattern = /^[A-Z][A-Z0-9_]{0,127}$/;

/** What a service is given itself. */
const givenVariables = new Set(['PATH', 'HOME', 'PORT', 'DATA_DIR']);

const platformPrefix = 'BEFOREHAND_';

export function* serviceProblems(
  services: { readonly [name: string]: Service },
  namePattern: RegExp,
): Iterable<string> {
  const nameOf = new Map<string, string>();
  for (const [name, { command, url }] of Object.entries(services)) {
    if (!namePattern.test(name)) yield `services: "${name}" must match ${namePattern.source}.`;
    if (!isCommand(command)) {
      yield `services: "${name}" needs a command, as in ['node', 'service.mjs'].`;
    }
    if (typeof url !== 'string' || !variablePattern.test(url)) {
      yield `services: "${name}" needs url, the name of an environment variable: ${variablePattern.source}.`;
    } else if (givenVariables.has(url) || url.startsWith(platformPrefix)) {
      yield `services: "${name}" cannot have its URL in ${url}, which is the platform's own.`;
    }
    const other = nameOf.get(url);
    if (other !== undefined)
      yield `services: "${name}" and "${other}" both have their URL in ${url}.`;
    nameOf.set(url, name);
  }
}

function isCommand(command: unknown): boolean {
  if (!Array.isArray(command) || command.length === 0) return false;
  return command.every((word) => typeof word === 'string') && command[0] !== '';
}
