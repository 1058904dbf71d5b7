// The door of a region, asked as clients ask it.

import { setTimeout as sleep } from 'node:timers/promises';

export type ServedSlot = {
  state: 'personal' | 'generic' | 'pending';
  event?: { source: string; id: string; type: string };
  stamp?: number;
  expiresAt?: string;
  content: unknown;
};

export type ServedDocument = {
  user: string;
  version: number;
  slots: { readonly [slot: string]: ServedSlot };
};

/** Why it cannot be had is told in words for people. */
export type Served = { document: ServedDocument } | { problem: string };

const timeoutMs = 5_000;

export type Readiness =
  | { state: 'ready' | 'not_ready'; reasons: readonly string[]; facts: { [name: string]: unknown } }
  | { state: 'unreachable'; reasons: readonly string[]; facts: { [name: string]: unknown } };

/** A gateway before several regions passes on to the one that is named, and says who answered. */
const regionHeader = 'beforehand-region';

/** Who answered for `region`, if it was another one. */
function standInOf(region: string | null, { headers }: Response): string | null {
  const by = headers.get(regionHeader);
  return by === null || by === '' || region === null || by === region ? null : by;
}

/** Of a process of ours, or of the Nginx before one; `region`: `null` of what is in none. */
export async function askReadiness(url: string, region: string | null = null): Promise<Readiness> {
  try {
    const response = await fetch(`${url}/health/ready`, {
      headers: region === null ? {} : { [regionHeader]: region },
      signal: AbortSignal.timeout(timeoutMs),
    });
    const standIn = standInOf(region, response);
    if (standIn !== null) {
      return { state: 'unreachable', reasons: [`${standIn} answers in its place`], facts: {} };
    }
    const body = (await response.json().catch(() => ({}))) as Partial<
      Extract<Readiness, { state: 'ready' }>
    >;
    const { reasons = response.ok ? [] : [`HTTP ${response.status}`], facts = {} } = body;
    return { state: response.ok ? 'ready' : 'not_ready', reasons, facts };
  } catch (error) {
    return { state: 'unreachable', reasons: [problemOf(error)], facts: {} };
  }
}

/** `after`: waits up to `waitMs` until the event of this ticket is settled. */
export async function readDocument(
  { region, url }: { region: string; url: string },
  token: string,
  after: { ticket: string; waitMs: number } | null = null,
): Promise<Served> {
  const query = after === null ? '' : `?after=${after.ticket}&wait=${after.waitMs}`;
  try {
    const response = await fetch(`${url}/v1/content/me${query}`, {
      headers: { authorization: `Bearer ${token}`, [regionHeader]: region },
      signal: AbortSignal.timeout(timeoutMs + (after?.waitMs ?? 0)),
    });
    const text = await response.text();
    if (!response.ok) return { problem: `HTTP ${response.status}${detailOf(text)}` };
    const standIn = standInOf(region, response);
    if (standIn !== null) return { problem: `${standIn} answers in its place` };
    return { document: JSON.parse(text) as ServedDocument };
  } catch (error) {
    // Whoever asks again and again must not do so without a pause.
    if (after !== null) await sleep(100);
    return { problem: problemOf(error) };
  }
}

/** The `code` and `detail` of a problem document, where there is one. */
export function detailOf(text: string): string {
  try {
    const { code, detail } = JSON.parse(text) as { code?: string; detail?: string };
    const parts = [code, detail].filter((part) => part !== undefined);
    return parts.length === 0 ? '' : ` ${parts.join(': ')}`;
  } catch {
    return '';
  }
}

export function problemOf(error: unknown): string {
  const { name, message, cause } = error as Error & { cause?: { code?: string; message?: string } };
  if (name === 'TimeoutError') return 'it does not answer in time';
  return cause?.code ?? cause?.message ?? message;
}
