// Posts events as any producer does, and follows what becomes of them.

import { detailOf, problemOf } from './http-region-door.ts';

export type PostedEvent = {
  source: string;
  id: string;
  type: string;
  subject: string | null;
  lane: string | null;
  data: unknown;
};

/** Returns the ticket, or throws with why the ingest did not take the event. */
export async function postEvent(
  url: string,
  key: string,
  { subject, lane, data, ...event }: PostedEvent,
): Promise<string> {
  const body = {
    ...{ specversion: '1.0', ...event, datacontenttype: 'application/json' },
    ...(subject === null ? {} : { subject }),
    ...(lane === null ? {} : { lane }),
    ...(data === undefined ? {} : { data }),
  };
  const response = await fetch(`${url}/v1/events`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/cloudevents+json',
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  }).catch((cause: unknown) => {
    throw new Error(`The ingest at ${url} cannot be reached: ${problemOf(cause)}.`, { cause });
  });
  const text = await response.text();
  if (response.status !== 202) {
    throw new Error(`The ingest refused it: HTTP ${response.status}${detailOf(text)}`);
  }
  return (JSON.parse(text) as { tickets: [string] }).tickets[0];
}

export type TicketUnit = {
  name: string;
  state: string;
  settledAt: string | null;
  attempts: number | null;
  error: string | null;
};

/** What the operator process tells of a ticket; `null`: no worker has begun the event yet. */
export async function readTicket(
  operatorUrl: string,
  ticket: string,
): Promise<readonly TicketUnit[] | null> {
  const response = await fetch(`${operatorUrl}/v1/tickets/${ticket}`, {
    signal: AbortSignal.timeout(10_000),
  }).catch((cause: unknown) => {
    const problem = problemOf(cause);
    throw new Error(`The operator at ${operatorUrl} cannot be reached: ${problem}.`, { cause });
  });
  const text = await response.text();
  if (response.status === 404) return null;
  if (!response.ok) {
    throw new Error(`The operator does not tell: HTTP ${response.status}${detailOf(text)}`);
  }
  return (JSON.parse(text) as { units: TicketUnit[] }).units;
}
