// The messages from the workers to the lanes of a replica: content, and the replica's own markers.

import { Type } from '@sinclair/typebox';
import { type ContentBundle, outcomes } from '../domain/document.ts';
import { contentFields, readContent, writeContent } from './content-lines.ts';
import { decodeMarker, markerKind } from './marker-message.ts';
import {
  fieldsReader,
  LaneName,
  readHead,
  readLines,
  Ticket,
  WholeNumber,
  writeHead,
} from './message.ts';

const kind = 'bundle';

const readFields = fieldsReader(
  kind,
  Type.Object({
    lane: LaneName,
    ...contentFields,
    resolved: Type.Array(
      Type.Object({
        ticket: Ticket,
        outcome: Type.Union(outcomes.map((outcome) => Type.Literal(outcome))),
      }),
    ),
    // A worker of the release before writes none.
    stored: Type.Optional(
      Type.Array(
        Type.Object({ ticket: Ticket, acceptedAtMs: Type.Union([WholeNumber, Type.Null()]) }),
      ),
    ),
  }),
);

/** What a lane of a replica may hold. */
export type LaneMessage =
  | { kind: 'bundle'; bundle: ContentBundle }
  | { kind: 'marker'; id: string };

export function encodeBundle(bundle: ContentBundle): Buffer {
  const { head, lines } = writeContent(bundle);
  const { lane, resolved, stored = [] } = bundle;
  const fields = { lane, ...head, resolved, ...(stored.length > 0 && { stored }) };
  return Buffer.from([writeHead(kind, fields), ...lines].join('\n'));
}

/** Throws `rejected` for whatever is neither a bundle nor a marker of a known schema. */
export function decodeLaneMessage(body: Buffer): LaneMessage {
  const [line = '', ...lines] = readLines(body);
  const head = readHead(line);
  if (head.kind === markerKind) return { kind: 'marker', id: decodeMarker(head) };
  const fields = readFields(head);
  const resolved = fields.resolved.map(({ ticket, outcome }) => ({ ticket, outcome }));
  const stored = fields.stored?.map(({ ticket, acceptedAtMs }) => ({ ticket, acceptedAtMs }));
  const bundle = {
    ...{ lane: fields.lane, ...readContent(fields, lines), resolved },
    ...(stored && { stored }),
  };
  return { kind: 'bundle', bundle };
}
