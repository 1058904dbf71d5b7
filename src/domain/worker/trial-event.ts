// An event that was never accepted, for a dry run: what its author left out is filled in.

import { type AcceptedEvent, isUser, type NameEvent } from '../event.ts';
import type { Json } from '../json.ts';
import { stampAt } from '../stamp.ts';

/** Throws with what is wrong with `given`, which should be a CloudEvent with its `type` at least. */
export function trialEvent(given: unknown, by: NameEvent & { nowMs: number }): AcceptedEvent {
  const { nowMs } = by;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new Error(
      'An event is a JSON object, as it is posted: {"type":"…","subject":"…","data":…}.',
    );
  }
  const {
    type,
    subject = null,
    source = '/try',
    id = 'try-1',
    time,
    data = null,
  } = given as Fields;
  if (typeof type !== 'string' || type === '') throw new Error('The event has no type.');
  if (typeof source !== 'string' || typeof id !== 'string') {
    throw new Error('The source and the id of the event are texts.');
  }
  if (subject !== null && (typeof subject !== 'string' || !isUser(subject))) {
    throw new Error(
      'The subject of the event is the user: 1 to 128 of A-Z a-z 0-9 . _ ~ @ : + -, no dot first, and not me.',
    );
  }
  const acceptedAtMs = typeof time === 'string' ? Date.parse(time) : nowMs;
  if (Number.isNaN(acceptedAtMs)) throw new Error('The time of the event is not an ISO time.');
  return {
    ...{ source, id, type, user: subject, lane: 'interactive', stamp: stampAt(acceptedAtMs) },
    ticket: by.ticketOf(source, id),
    digest: by.digestOf(type, data as Json),
    ...{ acceptedAtMs, data: data as Json },
  };
}

type Fields = {
  type?: unknown;
  subject?: unknown;
  source?: unknown;
  id?: unknown;
  time?: unknown;
  data?: unknown;
};
