// Label values and the children of a metric that belong to them, each bound once.

/** More values than any installation has names for. Whatever comes beyond them shares one. */
const maxValues = 500;
const others = 'other';

/** Returns what finds the child of a value: looked up, and neither bound nor hashed each time. */
export function byValue<Child>(bind: (value: string) => Child): (value: string) => Child {
  const children = new Map<string, Child>();
  return (value) => {
    const known = children.get(value);
    if (known !== undefined) return known;
    const label = children.size < maxValues ? value : others;
    const child = children.get(label) ?? bind(label);
    children.set(label, child);
    return child;
  };
}

/** The same for two labels. */
export function byTwoValues<Child>(
  bind: (first: string, second: string) => Child,
): (first: string, second: string) => Child {
  const rows = byValue((first) => byValue((second) => bind(first, second)));
  return (first, second) => rows(first)(second);
}
