// The producer of a bench: reports logins to the ingest.

import type { Edge } from './open-edge.ts';
import { send } from './send.ts';

export type Login = { id: string; user: string; expiresAtMs?: number };

/** Of one POST, and of one batch. */
export const maxBatch = 1_000;

/** Resolves with their tickets, in order; throws unless the answer is 202. */
export async function postLogins(
  { ingestUrl, producerKey }: Pick<Edge, 'ingestUrl' | 'producerKey'>,
  logins: readonly Login[],
): Promise<string[]> {
  const { status, text } = await send(`${ingestUrl}/v1/events`, {
    headers: {
      authorization: `Bearer ${producerKey}`,
      'content-type': 'application/cloudevents-batch+json',
    },
    body: JSON.stringify(logins.map(eventOf)),
  });
  if (status !== 202) throw new Error(`The ingest answers ${status}: ${text.slice(0, 200)}`);
  return (JSON.parse(text) as { tickets: string[] }).tickets;
}

function eventOf({ id, user, expiresAtMs }: Login) {
  const data = expiresAtMs === undefined ? {} : { expiresAtMs };
  return { specversion: '1.0', source: '/bench', type: 'user.logged-in', id, subject: user, data };
}
