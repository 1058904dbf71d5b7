// Where a product's back end is: an environment variable says it, set by whoever runs the platform.

/** `travel` is found by HOME_TRAVEL_URL. */
export function variableOf(product: string): string {
  return `HOME_${product.toUpperCase().replaceAll('-', '_')}_URL`;
}

/** `null`: it runs nowhere, and its slot stays as it is. Read anew each time, as it costs nothing. */
export function productUrl(product: string): string | null {
  const url = process.env[variableOf(product)];
  return url === undefined || url === '' ? null : url.replace(/\/$/, '');
}
