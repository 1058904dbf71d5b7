// What a page is made of besides its slots: the shell around them, and the files it refers to.

/** Where the slots stand in a shell. */
export const slotsMark = '<!-- slots -->';

export type PageAssets = {
  /** HTML with `slotsMark` in it, once; everything else is filled in. */
  shell: string;
  /** By name: what is served at /assets/NAME. */
  files: ReadonlyMap<string, PageAsset>;
};

export type PageAsset = {
  /** Content-Type. */
  type: string;
  bytes: Buffer;
  /** Its name says what is in it: another content has another name. */
  isImmutable: boolean;
};

/** Nginx is told the same, see nginx/region-page.conf. */
const types: { readonly [extension: string]: string } = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  webp: 'image/webp',
  avif: 'image/avif',
  png: 'image/png',
  jpg: 'image/jpeg',
};

/** What a file is, by its name. `null`: no page has files of that name. */
export function pageAssetOf(name: string, bytes: Uint8Array): PageAsset | null {
  const [, extension = ''] = /^\w[\w.-]*\.([a-z]+)$/.exec(name) ?? [];
  const type = Object.hasOwn(types, extension) ? types[extension] : undefined;
  if (type === undefined) return null;
  const isImmutable = /-[0-9A-Z]{8}\.[a-z]+$/.test(name);
  return { type, bytes: Buffer.from(bytes), isImmutable };
}

/** All but pictures made of pixels, which are compressed already. */
export function isCompressible(type: string): boolean {
  return type.startsWith('text/') || type === 'image/svg+xml';
}
