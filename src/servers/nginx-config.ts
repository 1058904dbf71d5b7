// Fills the placeholders of a configuration file for Nginx.

export type NginxConfigValues = { readonly [placeholder: string]: string | number };

/** What would end a quoted word of Nginx's language, or mean something else in one. */
const unsafe = /["'\\$;{}\r\n]/;

/**
 * Replaces every `${BEFOREHAND_…}` in `template`, the form that `envsubst` fills too. Nginx writes
 * variables of its own in lower case. Throws when a placeholder has no value, a value has no
 * placeholder, or a value could say more than itself.
 */
export function renderNginxConfig(template: string, values: NginxConfigValues): string {
  const unused = new Set(Object.keys(values));
  const config = template.replaceAll(/\$\{(BEFOREHAND_\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`The Nginx template has an unknown \${${name}}.`);
    if (unsafe.test(String(value))) {
      throw new Error(`${name} has a character that means something to Nginx.`);
    }
    unused.delete(name);
    return String(value);
  });
  if (unused.size > 0) {
    throw new Error(`The Nginx template has no place for ${[...unused].join(', ')}.`);
  }
  return config;
}
