// Percentiles of what was timed, by nearest rank: a value that did occur.

/** `null` of nothing. `share` is 0.99 for the 99th. */
export function percentile(values: readonly number[], share: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}
