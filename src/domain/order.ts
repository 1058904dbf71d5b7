// Which of two events is the newer one: by stamp, then source, then id. Postgres decides the same
// way (collation "C"), so text is compared by its UTF-8 bytes and not by UTF-16 units.

export type OrderKey = { stamp: number; source: string; id: string };

/** Negative when `a` is older than `b`, positive when newer, 0 for the same event. */
export function compareOrder(a: OrderKey, b: OrderKey): number {
  return a.stamp - b.stamp || compareText(a.source, b.source) || compareText(a.id, b.id);
}

export function compareText(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
