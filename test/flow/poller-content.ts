// What the poller's updates carry, so that a body tells by itself whose it is, which, and whether whole.

import { createHash } from 'node:crypto';
import type { GenericContent, UserDocument } from '../../src/domain/document.ts';
import { aDocument, aGeneric, aSlot } from '../fixtures/content.ts';

/** Of the length of real ones, so that the number of digits never changes. */
export const firstVersion = 1_795_248_000_000;

/** From less than a packet to more than one. Every user comes to have all of these sizes in turn. */
const fillerBytes = [256, 4_096, 24_576];

type Personal = { canary: string; version: number; filler: string; checksum: string };
type News = { edition: number; checksum: string };

export function documentFor(user: string, version: number): UserDocument {
  const size = fillerBytes[version % fillerBytes.length] as number;
  const filler = sha256(`${user} ${version}`).repeat(Math.ceil(size / 64));
  const fields = { canary: canaryOf(user), version, filler };
  const content: Personal = { ...fields, checksum: checksumOf(fields) };
  return aDocument(user, { version, slots: [aSlot({ contentJson: JSON.stringify(content) })] });
}

export function newsOf(edition: number): GenericContent {
  const content: News = { edition, checksum: checksumOf({ edition }) };
  return aGeneric({ slot: 'news', version: edition, contentJson: JSON.stringify(content) });
}

/** What a body says: `edition` is that of the news, 0 where it shows none. */
export type Shown = { version: number; edition: number };

/** Throws with what is wrong unless it is a whole document of this user. */
export function readBody(body: Buffer, user: string): Shown {
  const text = body.toString();
  const canaries = text.match(/canary-of-[\w-]+/g) ?? [];
  const foreign = canaries.find((canary) => canary !== canaryOf(user));
  if (foreign !== undefined) throw new Error(`a foreign canary: ${foreign}`);
  const document = JSON.parse(text);
  const { checksum, ...fields } = document.slots.offers.content as Personal;
  if (document.user !== user || fields.canary !== canaryOf(user)) throw new Error('not the user’s');
  if (checksum !== checksumOf(fields)) throw new Error('torn');
  const { version } = fields;
  if (document.version !== version) throw new Error(`${version} called ${document.version}`);
  return { version, edition: readNews(document.slots.news.content) };
}

function readNews(news: News | null): number {
  if (news === null) return 0;
  if (news.checksum !== checksumOf({ edition: news.edition })) throw new Error('torn news');
  return news.edition;
}

/** Nobody but the user may ever see this. */
function canaryOf(user: string): string {
  return `canary-of-${user}`;
}

function checksumOf(fields: object): string {
  return sha256(JSON.stringify(fields));
}

export function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}
