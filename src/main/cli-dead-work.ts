// Puts back or drops many dead letters: batch by batch, at a bounded rate, until told to stop.

import { setTimeout as sleep } from 'node:timers/promises';
import type {
  DeadLetterPlace,
  DeadLetterSelection,
  DeadLetters,
  DeadLetterTally,
  Verdict,
} from '../domain/worker/dead-letters.ts';
import { noneText, skippedLines, tallyLines } from './cli-dead-text.ts';
import { counted, numberText } from './cli-table.ts';
import type { Terminal } from './cli-terminal.ts';

type Work = {
  letters: DeadLetters;
  selection: DeadLetterSelection;
  what: 'redrive' | 'drop';
  isDryRun: boolean;
  /** Letters a second; `null`: as fast as it goes. */
  rate: number | null;
  terminal: Terminal;
};

/** A redrive locks the documents of so many users for the time of a transaction. */
const batchLetters = 100;

const words = {
  redrive: { done: 'Redriven', would: 'would be redriven' },
  drop: { done: 'Dropped', would: 'would be dropped' },
};

export async function workThrough(work: Work): Promise<void> {
  const { letters, what, terminal } = work;
  const tally = await letters.tally(work.selection);
  const total = sum(tally, () => true);
  if (total === 0) return terminal.print(noneText(work.selection));
  if (work.isDryRun) return foretell(work, tally);

  const interrupt = listen();
  const verdicts = new Map<Verdict, number>();
  let done = 0;
  let isWhole = false;
  try {
    isWhole = await goOn(work, tally, verdicts, interrupt.signal, (count) => {
      done = count;
      terminal.progress(`${words[what].done} ${numberText(count)} of ${numberText(total)}`);
    });
  } finally {
    interrupt.stop();
    const end = isWhole ? '' : ' Interrupted: the rest is as it was.';
    await terminal.print(
      `${words[what].done} ${numberText(done)} of ${counted(total, 'dead letter')}.${end}`,
    );
    for (const line of skippedLines(verdicts)) await terminal.print(line);
    // Filters choose what there is; of a letter that was named, its caller wants to know.
    const isShort = work.selection.keys !== null && done < total;
    if (!isWhole || isShort) process.exitCode = 1;
  }
}

/**
 * Whether it came to the end. What died after the count is left for another time, so that there is
 * one.
 */
async function goOn(
  { letters, selection, what, rate }: Work,
  { asOfMs }: DeadLetterTally,
  verdicts: Map<Verdict, number>,
  signal: AbortSignal,
  onProgress: (done: number) => void,
): Promise<boolean> {
  const until = { ...selection, untilMs: Math.min(selection.untilMs ?? asOfMs, asOfMs) };
  const startedAtMs = Date.now();
  let done = 0;
  let after: DeadLetterPlace | null = null;
  do {
    const batch = { max: Math.min(batchLetters, rate ?? batchLetters), after };
    if (what === 'drop') {
      const { dropped, next } = await letters.drop(until, batch);
      done += dropped;
      after = next;
    } else {
      const { verdicts: ofBatch, next } = await letters.redrive(until, batch);
      for (const [verdict, count] of ofBatch) {
        verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + count);
      }
      done = verdicts.get('redrivable') ?? 0;
      after = next;
    }
    onProgress(done);
    const dueAtMs = rate === null ? 0 : startedAtMs + (done / rate) * 1000;
    if (after !== null && dueAtMs > Date.now()) {
      await sleep(dueAtMs - Date.now(), undefined, { signal }).catch(() => {});
    }
  } while (after !== null && !signal.aborted);
  return after === null;
}

async function foretell({ what, terminal }: Work, tally: DeadLetterTally): Promise<void> {
  for (const line of tallyLines(tally, terminal.columns)) await terminal.print(line);
  const would = sum(tally, (verdict) => what === 'drop' || verdict === 'redrivable');
  const total = sum(tally, () => true);
  await terminal.print(
    `${numberText(would)} of ${counted(total, 'dead letter')} ${words[what].would}. Nothing was changed.`,
  );
}

function sum({ groups }: DeadLetterTally, counts: (verdict: Verdict) => boolean): number {
  return groups.filter(({ verdict }) => counts(verdict)).reduce((all, it) => all + it.letters, 0);
}

/** Ends between two batches. npm passes a signal on that we got already, so the second is nothing. */
function listen(): { signal: AbortSignal; stop(): void } {
  const interrupted = new AbortController();
  const abort = () => interrupted.abort();
  process.on('SIGINT', abort).on('SIGTERM', abort);
  return {
    signal: interrupted.signal,
    stop: () => void process.off('SIGINT', abort).off('SIGTERM', abort),
  };
}
