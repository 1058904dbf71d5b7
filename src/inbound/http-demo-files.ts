// What the demo's page is made of, and what its browser may do with it.

export type DemoFile = { type: string; bytes: Buffer };

const types: { readonly [extension: string]: string } = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

/** The media type of a file by its name; `null` for what is not part of a page. */
export function demoTypeOf(name: string): string | null {
  return types[name.slice(name.lastIndexOf('.') + 1)] ?? null;
}

/** Nothing inline, nothing from elsewhere, and it talks to our regions only. */
export function demoHeaders(regionUrls: readonly string[]): { readonly [name: string]: string } {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src ${["'self'", ...regionUrls].join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ];
  return {
    'content-security-policy': policy.join('; '),
    'cache-control': 'no-store',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
  };
}
