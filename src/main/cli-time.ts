// Times and spans as people read them.

/** To the millisecond, in UTC. */
export function momentText(ms: number): string {
  return new Date(ms).toISOString();
}

const units = [
  { name: 'd', ms: 86_400_000 },
  { name: 'h', ms: 3_600_000 },
  { name: 'min', ms: 60_000 },
  { name: 's', ms: 1_000 },
] as const;

/** Two units at most: `19 ms`, `4.2 s`, `3 min 5 s`, `11 h 59 min`. */
export function spanText(ms: number): string {
  const whole = Math.max(0, Math.round(ms));
  if (whole < 1_000) return `${whole} ms`;
  if (whole < 10_000) return `${(whole / 1_000).toFixed(1)} s`;
  const at = units.findIndex((unit) => whole >= unit.ms);
  const [unit, next] = [units[at], units[at + 1]];
  if (unit === undefined || next === undefined) return `${Math.floor(whole / 1_000)} s`;
  const rest = Math.floor((whole % unit.ms) / next.ms);
  return `${Math.floor(whole / unit.ms)} ${unit.name}${rest === 0 ? '' : ` ${rest} ${next.name}`}`;
}

export function agoText(ms: number, nowMs: number): string {
  return `${spanText(nowMs - ms)} ago`;
}
