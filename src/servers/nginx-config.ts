// Fills the placeholders of a configuration file for Nginx.

/**
 * Replaces every `{{name}}` in `template`. Nginx has variables of its own, written `$name`, so the
 * placeholders look different. Throws when a name has no value or a value has no place.
 */
export function renderNginxConfig(
  template: string,
  values: { readonly [name: string]: string | number },
): string {
  const unused = new Set(Object.keys(values));
  const config = template.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`The Nginx template has an unknown {{${name}}}.`);
    unused.delete(name);
    return String(value);
  });
  if (unused.size > 0) {
    throw new Error(`The Nginx template has no place for ${[...unused].join(', ')}.`);
  }
  return config;
}
