// From a request in one of CloudEvents' three modes to events that the domain can decide about.

import { CloudEvent } from 'cloudevents';
import { maxEventBytes } from '../domain/event.ts';
import type { IncomingEvent } from '../domain/ingest/incoming-event.ts';
import type { Json } from '../domain/json.ts';
import { isJsonMediaType, readMediaType } from './http-media-type.ts';
import { Problem } from './http-problem.ts';

export type Mode = 'structured' | 'batch' | 'binary';

/** What a CloudEvent is made of, after it fitted cloudEventSchema. */
export type Attributes = { readonly [name: string]: Json };

export const structuredMediaType = 'application/cloudevents+json';
export const batchMediaType = 'application/cloudevents-batch+json';

/** Which mode a request is in, or `null` when it has a body that is not taken here. */
export function modeOf(contentType: string | undefined): Mode | null {
  // Without a body there is no Content-Type: binary mode, an event without data.
  if (contentType === undefined) return 'binary';
  const mediaType = readMediaType(contentType);
  if (mediaType === structuredMediaType) return 'structured';
  if (mediaType === batchMediaType) return 'batch';
  return mediaType !== null && isJsonMediaType(mediaType) ? 'binary' : null;
}

/** Throws a problem that names the event by its place among those of the request. */
export function readCloudEvent(attributes: Attributes, index: number): IncomingEvent {
  const members = { event: index };
  const given = withoutNulls(attributes);
  if ('data_base64' in given) {
    if ('data' in given) {
      throw new Problem('malformed_event', 'It has both data and data_base64.', { members });
    }
    throw new Problem('unsupported_media_type', 'Send JSON in data.', { members });
  }
  const { datacontenttype } = given;
  const mediaType = typeof datacontenttype === 'string' ? readMediaType(datacontenttype) : null;
  if (datacontenttype !== undefined && (mediaType === null || !isJsonMediaType(mediaType))) {
    const detail = 'datacontenttype must be JSON in UTF-8.';
    throw new Problem('unsupported_media_type', detail, { members });
  }
  checkConformity(given, index);
  const { source, id, type, subject, lane, data } = given;
  return {
    source: source as string,
    id: id as string,
    type: type as string,
    subject: (subject as string | undefined) ?? null,
    lane: (lane as string | undefined) ?? null,
    data: data ?? null,
  };
}

export function checkEventBytes(bytes: number, index: number): void {
  if (bytes <= maxEventBytes) return;
  const detail = `An event has at most ${maxEventBytes} bytes; this one has ${bytes}.`;
  throw new Problem('event_too_large', detail, { members: { event: index } });
}

/** The JSON format: an attribute that is null is absent. */
function withoutNulls(attributes: Attributes): { [name: string]: Json } {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== null));
}

/**
 * The SDK knows the specification. Its parsers are not used: they invent a missing id or time,
 * and quote a body that is no JSON.
 */
function checkConformity(attributes: { [name: string]: Json }, index: number): void {
  try {
    new CloudEvent(attributes as ConstructorParameters<typeof CloudEvent>[0]);
  } catch (error) {
    throw nonconforming(error as Error, index);
  }
}

function nonconforming(cause: Error, index: number): Problem {
  const [line = ''] = cause.message.split('\n');
  const detail = `It is not CloudEvents 1.0: ${line.trim()}.`;
  return new Problem('malformed_event', detail, { members: { event: index }, cause });
}
