// Headers of a page and of what it refers to, the same from a replica and from the Nginx before it.

export type PagePlaces = {
  /** Where a page reports to, and who its session is from: paths of its own origin, or URLs. */
  clientEventsUrl: string;
  /** Empty: nobody. */
  sessionUrl: string;
};

export const pageType = 'text/html; charset=utf-8';

type Headers = { readonly [name: string]: string };

/**
 * Of every page, whoever it is for. Nothing but what lies beside it may run, and it may talk to
 * nobody but those who are configured: what a fragment brings with it stays text and pictures.
 */
export function pageHeaders(places: PagePlaces): Headers {
  return {
    'cache-control': 'private, no-cache',
    vary: 'Authorization, Cookie',
    'content-security-policy': policyOf(places),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
  };
}

function policyOf({ clientEventsUrl, sessionUrl }: PagePlaces): string {
  const origins = [clientEventsUrl, sessionUrl]
    .filter((url) => URL.canParse(url))
    .map((url) => new URL(url).origin);
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    // A renderer sets the style of what it draws; such a style can load nothing but what img-src allows.
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    ['connect-src', "'self'", ...new Set(origins)].join(' '),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');
}

/** A name that has a hash of the content in it never means anything else. */
export function assetHeaders({ isImmutable }: { isImmutable: boolean }): Headers {
  return {
    'cache-control': isImmutable ? 'public, max-age=31536000, immutable' : 'public, max-age=3600',
    'x-content-type-options': 'nosniff',
  };
}
