// Every limit, rate and address a process has, read from the environment once at its start.

import { readFileSync } from 'node:fs';

export type Setting<Value> = {
  env: string;
  /** One line for docs/configuration.md. */
  about: string;
  /** `undefined`: it must be given. */
  default: Value | undefined;
  /** It holds a password, so a file may have it: the variable of the same name with _FILE says which. */
  mayBeInFile?: true;
  /** Returns the value, or throws with what is wrong with the text. */
  parse: (text: string) => Value;
};

// biome-ignore lint/suspicious/noExplicitAny: a table of settings holds every type of value.
export type Settings = { readonly [name: string]: Setting<any> };

export type ValuesOf<S extends Settings> = {
  readonly [Name in keyof S]: S[Name] extends Setting<infer Value> ? Value : never;
};

export function text(env: string, about: string, fallback?: string): Setting<string> {
  return { env, about, default: fallback, parse: (value) => value };
}

/** One of `words`; the first unless given. */
export function choice<const Word extends string>(
  env: string,
  about: string,
  words: readonly [Word, ...Word[]],
): Setting<Word> {
  return {
    env,
    about,
    default: words[0],
    parse(value) {
      const word = words.find((known) => known === value);
      if (word === undefined) throw new Error(`must be one of: ${words.join(', ')}`);
      return word;
    },
  };
}

/** A whole number written in decimal digits. The unit is part of the setting's name. */
export function integer(
  env: string,
  about: string,
  bounds: { default?: number; min: number; max: number },
): Setting<number> {
  const { min, max } = bounds;
  return {
    env,
    about,
    default: bounds.default,
    parse(value) {
      const number = /^-?\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
      if (!(number >= min && number <= max)) {
        throw new Error(`must be a whole number from ${min} to ${max}`);
      }
      return number;
    },
  };
}

export function port(env: string, about: string, fallback?: number): Setting<number> {
  const bounds = { min: 1, max: 65_535 };
  return integer(env, about, fallback === undefined ? bounds : { ...bounds, default: fallback });
}

/** A URL of one of the given schemes, or a file that has it. Its password never appears in an error. */
export function url(env: string, about: string, schemes: readonly string[]): Setting<string> {
  return {
    env,
    about: `${about} Or ${env}_FILE: a file with it.`,
    default: undefined,
    mayBeInFile: true,
    parse(value) {
      const parsed = URL.canParse(value) ? new URL(value) : null;
      if (parsed === null || !schemes.includes(parsed.protocol) || parsed.hostname === '') {
        throw new Error(`must be a URL that starts with ${schemes.join(' or ')}//`);
      }
      return value;
    },
  };
}

type Environment = { readonly [name: string]: string | undefined };

/** Reads all settings, or throws one error that names everything missing or malformed. */
export function readSettings<const S extends Settings>(settings: S, env: Environment): ValuesOf<S> {
  return readTables({ settings }, env).settings;
}

/** The same for several tables at once. What is in more than one of them is told once. */
export function readTables<const T extends { readonly [table: string]: Settings }>(
  tables: T,
  env: Environment,
): { readonly [Table in keyof T]: ValuesOf<T[Table]> } {
  const problems = new Set<string>();
  const read = Object.entries(tables).map(([table, settings]) => {
    const values = Object.entries(settings).map(([name, setting]) => {
      const { value, problem } = readSetting(setting, env);
      if (problem !== null) problems.add(problem);
      return [name, value];
    });
    return [table, Object.freeze(Object.fromEntries(values))];
  });
  if (problems.size > 0) throw new Error([...problems].join('\n'));
  return Object.fromEntries(read);
}

function readSetting(setting: Settings[string], environment: Environment) {
  const { env, about, default: fallback, parse } = setting;
  try {
    const given = givenText(setting, environment);
    if (given !== undefined && given !== '') return { value: parse(given), problem: null };
    if (fallback !== undefined) return { value: fallback, problem: null };
    return { value: undefined, problem: `${env} is missing: ${about}` };
  } catch (error) {
    return { value: undefined, problem: `${env} ${(error as Error).message}.` };
  }
}

function givenText({ env, mayBeInFile }: Settings[string], environment: Environment) {
  const own = environment[env]?.trim();
  const file = mayBeInFile && environment[`${env}_FILE`]?.trim();
  if (!file) return own;
  if (own) throw new Error(`and ${env}_FILE are both set: take one away`);
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`cannot be read from ${file} (${code})`, { cause: error });
  }
}
