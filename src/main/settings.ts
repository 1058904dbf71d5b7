// Every limit, rate and address a process has, read from the environment once at its start.

export type Setting<Value> = {
  env: string;
  /** One line for docs/configuration.md. */
  about: string;
  /** `undefined`: it must be given. */
  default: Value | undefined;
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
      const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
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

/** A URL of one of the given schemes. Its password never appears in an error. */
export function url(env: string, about: string, schemes: readonly string[]): Setting<string> {
  return {
    env,
    about,
    default: undefined,
    parse(value) {
      const parsed = URL.canParse(value) ? new URL(value) : null;
      if (parsed === null || !schemes.includes(parsed.protocol) || parsed.hostname === '') {
        throw new Error(`must be a URL that starts with ${schemes.join(' or ')}//`);
      }
      return value;
    },
  };
}

/** Reads all settings, or throws one error that names everything missing or malformed. */
export function readSettings<const S extends Settings>(
  settings: S,
  env: { readonly [name: string]: string | undefined },
): ValuesOf<S> {
  const problems: string[] = [];
  const values: { [name: string]: unknown } = {};
  for (const [name, setting] of Object.entries(settings)) {
    const given = env[setting.env]?.trim();
    try {
      if (given !== undefined && given !== '') values[name] = setting.parse(given);
      else if (setting.default !== undefined) values[name] = setting.default;
      else problems.push(`${setting.env} is missing: ${setting.about}`);
    } catch (error) {
      problems.push(`${setting.env} ${(error as Error).message}.`);
    }
  }
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return Object.freeze(values) as ValuesOf<S>;
}
