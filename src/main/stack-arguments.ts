// What `npm run stack --` understands.

import { parseCommandLine } from './command-line.ts';
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
  | { command: 'help' }
  | { command: 'start' | 'stop' | 'restart'; selector: string };

export const stackUsage = `Usage: npm run stack -- COMMAND

  up [--regions eu,us,ap] [--workers 1] [--replicas 1] [--ingests 1]
                  Starts everything on this machine. Regions are those of the configuration.
  status          Shows every process. Ends with 1 unless all are ready.
  stop NAME       Stops one process, or all of a kind: worker-1, worker, replica-eu, nginx.
  start NAME      Starts it again.
  restart NAME    Both; a region's door reloads instead, and stays open.
  down            Stops everything and deletes its data. Keys stay.`;

/** No machine that this runs on has use for more. */
const maxProcesses = 32;

/** Returns the command, or throws with what is wrong or how to use it. */
export function parseStackArguments(args: readonly string[]): StackCommand {
  const { values, positionals } = parseCommandLine(args, {
    options: {
      help: { type: 'boolean', short: 'h' },
      regions: { type: 'string' },
      workers: { type: 'string' },
      replicas: { type: 'string' },
      ingests: { type: 'string' },
    },
    usage: stackUsage,
  });
  const { help, ...sizes } = values;
  if (help) return { command: 'help' };
  const [command, selector, ...others] = positionals;
  const isNamed = selector !== undefined && others.length === 0;
  const hasSizes = Object.keys(sizes).length > 0;
  switch (command) {
    case 'up':
      if (selector === undefined) return { command, size: parseSize(sizes) };
      throw misused('up takes no name.');
    case 'down':
    case 'status':
      if (selector === undefined && !hasSizes) return { command };
      throw misused(`${command} takes nothing else.`);
    case 'start':
    case 'stop':
    case 'restart':
      if (isNamed && !hasSizes) return { command, selector };
      throw misused(`${command} takes one name and nothing else.`);
    case undefined:
      throw new Error(stackUsage);
    default:
      throw misused(`Unknown command ${command}.`);
  }
}

const misused = (problem: string) => new Error(`${problem}\n\n${stackUsage}`);

function parseSize(sizes: { readonly [name: string]: string | undefined }): StackSize {
  const count = (name: string) =>
    integer(`--${name}`, `Number of ${name}.`, { default: 1, min: 1, max: maxProcesses });
  const counts = {
    workers: count('workers'),
    replicas: count('replicas'),
    ingests: count('ingests'),
  };
  const given = Object.entries(sizes).map(([name, value]) => [`--${name}`, value]);
  return {
    ...readSettings(counts, Object.fromEntries(given)),
    regions: sizes.regions === undefined ? null : parseRegions(sizes.regions),
  };
}

function parseRegions(text: string): string[] {
  const regions = text.split(',').map((region) => region.trim());
  if (regions.includes('') || new Set(regions).size < regions.length) {
    throw new Error('--regions takes different names, separated by commas: eu,us,ap');
  }
  return regions;
}
