// A page for tests of the door: what a replica lays down of it, and what it would answer itself.

import {
  type PageAsset,
  type PageAssets,
  pageAssetOf,
} from '../../src/domain/replica/page-assets.ts';
import { contentHashOf } from '../../src/inbound/http-etag.ts';
import { layDownAssets } from '../../src/outbound/file-lay-down-assets.ts';

/** Nobody but the user may ever see this. */
export const pageOf = (user: string) => `<!doctype html><p>canary-of-page-of-${user}`;
export const genericPage = '<!doctype html><p>for everyone';
export const pendingPage = '<!doctype html><p>pending';

const texts = {
  'main-ABCD2345.js': 'export {};',
  'style-ZYXW7654.css': 'p { color: red }',
  'dot.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
  'photo.webp': 'RIFF',
};

export const assetNames = Object.keys(texts);

export const pageFiles: PageAssets['files'] = new Map(
  Object.entries(texts).map(([name, text]) => [
    name,
    pageAssetOf(name, Buffer.from(text)) as PageAsset,
  ]),
);

/** Where the page's scripts send what they tell: on another origin. */
export const addresses = {
  clientEventsUrl: 'https://events.example/v1/client-events',
  sessionUrl: '/session',
};

export const addressesEnv = {
  BEFOREHAND_CLIENT_EVENTS_URL: addresses.clientEventsUrl,
  BEFOREHAND_SESSION_URL: addresses.sessionUrl,
};

export const genericPages = {
  generic: Buffer.from(genericPage),
  pending: Buffer.from(pendingPage),
};

export function layDownPageFiles(directory: string): void {
  layDownAssets({
    ...{ directory, files: pageFiles, keepMs: 60_000, maxFormerBytes: 1_000 },
    ...{ nowMs: Date.now, hashOf: contentHashOf },
  });
}

/** What the replica says of it. */
export const pages = {
  page: async (user: string) => pageOf(user),
  genericPage: () => genericPage,
};
