// A replica's door with streams of Alice's, for tests of streams.

import { onTestFinished } from 'vitest';
import { aDocument, aSlot } from '../fixtures/content.ts';
import { type GivenContent, openContent } from './open-content.ts';
import { openStream } from './open-stream.ts';

/** Ends with the test. */
export async function openStreams(given: GivenContent = {}) {
  const content = await openContent(given);
  onTestFinished(() => content.stop());
  return {
    content,
    /** A stream of Alice's, unless other headers are given. */
    stream: (headers: { [name: string]: string } = {}) =>
      openStream(content.url, { authorization: content.bearer, ...headers }),
    /** Stores a document and tells of it, as a replica does. */
    async change(version: number, contentJson = `"content ${version}"`, user = 'alice') {
      await content.store.put([aDocument(user, { version, slots: [aSlot({ contentJson })] })]);
      content.documents.changed([user]);
    },
  };
}

export const versionOf = ({ data }: { data: string }) => JSON.parse(data).version as number;
