// What solo or the stack wrote of itself, so that whoever ran `npm start` types a command and nothing else.

import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Credentials } from './credentials.ts';

/** What both of them write. */
export type RunningSummary = {
  ingest: string;
  ingests?: readonly string[];
  operator: string;
  regions: { readonly [region: string]: string };
  postgresOperator: string;
  inspector: string;
  amqp: string | null;
  producerKey: string;
  token: Credentials['token'];
  /** Path of the configuration that it runs. */
  config: string;
  /** URLs of services by the variables in which generators look for them. */
  services: { readonly [variable: string]: string };
};

/** `from` is for people: where this was read. */
export type RunningPlace = { from: string; summary: RunningSummary; isSolo: boolean };

/** Throws with what to do when there is neither, or both; `variables` say it as well. */
export function findRunning(dataDir: string, variables: string): RunningPlace {
  const [one, other] = listRunning(dataDir);
  const shownDir = relative(process.cwd(), dataDir) || '.';
  if (one === undefined) {
    throw new Error(
      `Nothing runs in ${shownDir}. Run npm start or npm run stack -- up first, or say where with BEFOREHAND_DATA_DIR or ${variables}.`,
    );
  }
  if (other !== undefined) {
    throw new Error(
      `Both solo and the stack are in ${shownDir}. Say which with ${variables}, which ${one.from} and ${other.from} have, or stop one of them.`,
    );
  }
  return one;
}

/** None, solo or the stack, or both. */
export function listRunning(dataDir: string): RunningPlace[] {
  return ['stack.json', 'solo.json'].flatMap((name) => read(join(dataDir, name)));
}

/** Solo and the stack take the file away when they stop. */
function read(file: string): RunningPlace[] {
  try {
    const summary = JSON.parse(readFileSync(file, 'utf8')) as RunningSummary;
    const from = relative(process.cwd(), file);
    return [{ from, summary, isSolo: file.endsWith('solo.json') }];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new Error(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}
