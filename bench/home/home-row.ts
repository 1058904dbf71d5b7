// One way to answer a thousand clients, with its servers running.

import type { Processes } from '../cpu-by-process.ts';

export type HomeRow = {
  name: string;
  port: number;
  processes: Processes;
  /** Of a run, from 1: what is asked before it and in it, as bench/wrk-cycle.lua reads it. */
  requestsOf: (run: number) => { warmUp: string; requests: string };
  /** Whoever reads has read within the minute: nothing of their tokens is left to find out. */
  isWarm?: boolean;
  /** Its door tells some to come again later, on purpose: no errors. */
  mayRefuse?: boolean;
  /** Throws unless the answer to line `index` of the warm-up is right. */
  verify: (index: number, answer: { status: number; body: string }) => void;
};

/** What everybody gets who is known, or nobody in particular. */
export function expectBody(bodyOf: (index: number) => string): HomeRow['verify'] {
  return (index, { status, body }) => {
    if (status === 200 && body === bodyOf(index)) return;
    throw new Error(`got ${status} and ${body.length} bytes: ${body.slice(0, 200)}`);
  };
}

/** A complete document of a stranger: as large as the others, and all of it for everyone. */
export function expectGeneric(sizeBytes: number): HomeRow['verify'] {
  return (_index, { status, body }) => {
    const isLarge = Math.abs(body.length - sizeBytes) < sizeBytes / 10;
    const isGeneric = /"state":"(generic|pending)"/.test(body) && !body.includes('"personal"');
    if (status === 200 && isLarge && isGeneric) return;
    throw new Error(`got ${status} and ${body.length} bytes: ${body.slice(0, 200)}`);
  };
}

/** The page of the user of line `index`, complete and as large as the document. */
export function expectPage(heading: (index: number) => string): HomeRow['verify'] {
  return (index, { status, body }) => {
    const own = body.split('data-state="personal"').length - 1;
    if (status === 200 && own === 2 && body.includes(heading(index)) && body.length > 5_000) return;
    throw new Error(`got ${status} and ${body.length} bytes: ${body.slice(0, 400)}`);
  };
}
