// From a request in one of CloudEvents' three modes to events that the domain can decide about.

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

/** Which mode a body of this media type is in, or `null` when it is not taken here. */
export function modeOf(mediaType: string): Mode | null {
  if (mediaType === structuredMediaType) return 'structured';
  if (mediaType === batchMediaType) return 'batch';
  return isJsonMediaType(mediaType) ? 'binary' : null;
}

/** Throws a problem that names the event by its place among those of the request. */
export function readCloudEvent(attributes: Attributes, index: number): IncomingEvent {
  const { source, id, type, subject, lane, data, data_base64, datacontenttype } = attributes;
  const members = { event: index };
  // The JSON format: an attribute that is null is absent.
  if ((data_base64 ?? null) !== null) {
    if ((data ?? null) !== null) {
      throw new Problem('malformed_event', 'It has both data and data_base64.', { members });
    }
    throw new Problem('unsupported_media_type', 'Send JSON in data.', { members });
  }
  if (typeof datacontenttype === 'string' && !isJson(datacontenttype)) {
    const detail = 'datacontenttype must be JSON in UTF-8.';
    throw new Problem('unsupported_media_type', detail, { members });
  }
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

function isJson(contentType: string): boolean {
  const mediaType = readMediaType(contentType);
  return mediaType !== null && isJsonMediaType(mediaType);
}
