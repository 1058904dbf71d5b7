// The message from a replica to itself: when it comes back, all that was queued before is there.

import { Type } from '@sinclair/typebox';
import { fieldsReader, type Head, Text, writeHead } from './message.ts';

export const markerKind = 'marker';

const readFields = fieldsReader(markerKind, Type.Object({ id: Text }));

export function encodeMarker(id: string): Buffer {
  return Buffer.from(writeHead(markerKind, { id }));
}

/** Returns the marker's id. */
export function decodeMarker(head: Head): string {
  return readFields(head).id;
}
