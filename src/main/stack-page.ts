// What members of a stack are told because its configuration has a page, unless a person said otherwise.

import { isDoor, type StackMember, type StackState } from './stack-state.ts';

/** No gateway joins the doors of a stack at one address: a page there talks to an ingest elsewhere. */
export function pageEnv(
  { kind }: StackMember,
  { hasPage = false, members }: StackState,
): { [name: string]: string } {
  if (!hasPage) return {};
  const originOf = ({ port }: StackMember) => `http://127.0.0.1:${port}`;
  const ingest = members.find((member) => member.kind === 'ingest');
  if (kind === 'ingest') {
    return { BEFOREHAND_CORS_ORIGINS: members.filter(isDoor).map(originOf).join(' ') };
  }
  if (ingest === undefined || !['replica', 'nginx'].includes(kind)) return {};
  return { BEFOREHAND_CLIENT_EVENTS_URL: `${originOf(ingest)}/v1/client-events` };
}
