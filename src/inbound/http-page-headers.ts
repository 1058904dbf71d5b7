// Headers of a page and of what it refers to, the same from a replica and from the Nginx before it.

import { isCompressible, type PageAsset } from '../domain/replica/page-assets.ts';

export type PageAddresses = {
  /** Where a page reports to, and who its session is from: paths of its own origin, or URLs. */
  clientEventsUrl: string;
  /** Empty: nobody. */
  sessionUrl: string;
};

export const pageType = 'text/html; charset=utf-8';

type Headers = { readonly [name: string]: string };

/**
 * All but the validator, of every page, whoever it is for. Nothing but what lies beside it may run, and it may talk to
 * nobody but those who are configured: what a fragment brings with it stays text and pictures.
 */
export function pageHeaders(addresses: PageAddresses): Headers {
  return {
    'cache-control': 'private, no-cache',
    vary: 'Authorization, Cookie',
    'accept-ranges': 'none',
    'content-security-policy': policyOf(addresses),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
  };
}

function policyOf(addresses: PageAddresses): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    // A renderer sets the style of what it draws; such a style can load nothing but what img-src allows.
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    ['connect-src', "'self'", ...connectOrigins(addresses)].join(' '),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');
}

/** Those beside the page's own. */
export function connectOrigins({ clientEventsUrl, sessionUrl }: PageAddresses): readonly string[] {
  const urls = [clientEventsUrl, sessionUrl].filter((address) => URL.canParse(address));
  return [...new Set(urls.map((url) => new URL(url).origin))];
}

/** A name that has a hash of the content in it never means anything else. */
export function assetHeaders({ type, isImmutable }: Omit<PageAsset, 'bytes'>): Headers {
  return {
    // Nginx sends these compressed to whoever takes that.
    ...(isCompressible(type) ? { vary: 'Accept-Encoding' } : {}),
    'cache-control': isImmutable ? 'public, max-age=31536000, immutable' : 'public, max-age=3600',
    'accept-ranges': 'none',
    'x-content-type-options': 'nosniff',
  };
}
