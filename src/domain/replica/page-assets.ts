// What a page is made of besides its slots: the shell around them, and the files it refers to.

/** Where the slots stand in a shell. */
export const slotsMark = '<!-- slots -->';

export type PageAsset = {
  /** Content-Type. */
  type: string;
  bytes: Buffer;
  /** Its name says what is in it: another content has another name. */
  isImmutable: boolean;
};

export type PageAssets = {
  /** HTML with `slotsMark` in it, once; everything else is filled in. */
  shell: string;
  /** By name: what is served at /assets/NAME. */
  files: ReadonlyMap<string, PageAsset>;
};
