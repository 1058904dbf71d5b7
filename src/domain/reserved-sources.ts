// Sources that no key is good for: by them everybody can tell what no producer has reported.

/** Of what users' browsers report, about their own user. */
const clientRoot = '/clients';

/** Of events that the platform makes itself. */
const platformRoot = '/beforehand';

/** What ingest says of an event with which a valid token of its user was shown. */
export function clientSource(user: string): string {
  return `${clientRoot}/${user}`;
}

/** `part`: of the platform, the one that makes the event. */
export function platformSource(part: string): string {
  return `${platformRoot}/${part}`;
}

export function isPlatformSource(source: string): boolean {
  return isBelow(source, platformRoot);
}

export function isReservedSource(source: string): boolean {
  return isBelow(source, clientRoot) || isPlatformSource(source);
}

/** Or the root itself. Byte by byte, as sources are compared everywhere: /Clients and /%63lients are others. */
function isBelow(source: string, root: string): boolean {
  return source === root || source.startsWith(`${root}/`);
}
