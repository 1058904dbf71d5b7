// How many times as long as in quiet something takes: the first of some lines is the quiet one.

import type { ResultLine } from '../measurement.ts';

/** Says so in what was counted of all lines but the first, before what stands there. */
export function timesQuiet(lines: readonly ResultLine[], quietName: string): ResultLine[] {
  const [quiet, ...others] = lines as [ResultLine, ...ResultLine[]];
  const times = (ms: number | null, quietMs: number | null) =>
    ((ms ?? Number.NaN) / (quietMs ?? Number.NaN)).toFixed(2);
  const withTimes = (line: ResultLine): ResultLine => {
    const [p50, p99] = [times(line.p50Ms, quiet.p50Ms), times(line.p99Ms, quiet.p99Ms)];
    return { ...line, counted: `p50 ${p50}, p99 ${p99} times ${quietName}; ${line.counted}` };
  };
  return [quiet, ...others.map(withTimes)];
}
