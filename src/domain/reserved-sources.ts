// Sources that no key is good for: by them everybody can tell what no producer has reported.

/** Of what users' browsers report, about their own user. */
const clientRoot = '/clients';

/** Of events that the platform makes itself. */
const platformRoot = '/beforehand';

const roots = [clientRoot, platformRoot];

/** What ingest says of an event with which a valid token of its user was shown. */
export function clientSource(user: string): string {
  return `${clientRoot}/${user}`;
}

/** Byte by byte, as sources are compared everywhere: /Clients and /%63lients are others. */
export function isReservedSource(source: string): boolean {
  return roots.some((root) => {
    const isBelow = source.length === root.length || source[root.length] === '/';
    return isBelow && source.startsWith(root);
  });
}
