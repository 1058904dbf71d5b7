// What `npm run stack --` understands.

import { parseArgs } from 'node:util';
import { integer, readSettings } from './settings.ts';

export type StackSize = {
  /** `null`: those of the configuration. */
  regions: readonly string[] | null;
  workers: number;
  /** In each region. */
  replicas: number;
  ingests: number;
};

export type StackCommand =
  | { command: 'up'; size: StackSize }
  | { command: 'down' | 'status' }
  | { command: 'start' | 'stop' | 'restart'; selector: string };

export const stackUsage = `Usage: npm run stack -- COMMAND

  up [--regions eu,us,ap] [--workers 1] [--replicas 1] [--ingests 1]
                  Starts everything on this machine. Regions are those of the configuration.
  status          Shows every process.
  stop NAME       Stops one process, or all of a kind: worker-1, worker, replica-eu, nginx.
  start NAME      Starts it again.
  restart NAME    Both.
  down            Stops everything and deletes its data. Keys stay.`;

/** No machine that this runs on has use for more. */
const maxProcesses = 32;

/** Returns the command, or throws with what is wrong or how to use it. */
export function parseStackArguments(args: readonly string[]): StackCommand {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      regions: { type: 'string' },
      workers: { type: 'string' },
      replicas: { type: 'string' },
      ingests: { type: 'string' },
    },
    allowPositionals: true,
  });
  const [command, selector, ...others] = positionals;
  const isNamed = selector !== undefined && others.length === 0;
  const hasSizes = Object.keys(values).length > 0;
  switch (command) {
    case 'up':
      if (selector === undefined) return { command, size: parseSize(values) };
      break;
    case 'down':
    case 'status':
      if (selector === undefined && !hasSizes) return { command };
      break;
    case 'start':
    case 'stop':
    case 'restart':
      if (isNamed && !hasSizes) return { command, selector };
      break;
  }
  throw new Error(stackUsage);
}

function parseSize(values: { [name: string]: string | undefined }): StackSize {
  const count = (name: string, min: number) =>
    integer(`--${name}`, `Number of ${name}.`, { default: 1, min, max: maxProcesses });
  const counts = {
    workers: count('workers', 0),
    replicas: count('replicas', 1),
    ingests: count('ingests', 1),
  };
  const given = Object.entries(values).map(([name, value]) => [`--${name}`, value]);
  return {
    ...readSettings(counts, Object.fromEntries(given)),
    regions: values.regions === undefined ? null : parseRegions(values.regions),
  };
}

function parseRegions(text: string): string[] {
  const regions = text.split(',').map((region) => region.trim());
  if (regions.includes('') || new Set(regions).size < regions.length) {
    throw new Error('--regions takes different names, separated by commas: eu,us,ap');
  }
  return regions;
}
