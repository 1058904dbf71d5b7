// What a file of a page is, by its name. Nginx is told the same, see nginx/page.conf.

import type { PageAsset } from './page-assets.ts';

const types: { readonly [extension: string]: string } = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  webp: 'image/webp',
  avif: 'image/avif',
  png: 'image/png',
  jpg: 'image/jpeg',
};

/** All but pictures made of pixels, which are compressed already. */
export function isCompressible(type: string): boolean {
  return type.startsWith('text/') || type === 'image/svg+xml';
}

/** `null`: no page has files of that name. */
export function pageAssetOf(name: string, bytes: Uint8Array): PageAsset | null {
  const [, extension = ''] = /^\w[\w.-]*\.([a-z]+)$/.exec(name) ?? [];
  const type = Object.hasOwn(types, extension) ? types[extension] : undefined;
  if (type === undefined) return null;
  const isImmutable = /-[0-9A-Z]{8}\.[a-z]+$/.test(name);
  return { type, bytes: Buffer.from(bytes), isImmutable };
}
