// What `npm run stack --` understands.

import { expect, it } from 'vitest';
import { parseStackArguments } from '../../src/main/stack-arguments.ts';

const parse = (line: string) => parseStackArguments(line.split(' '));

it('starts one of each in the regions of the configuration unless told otherwise', () => {
  const size = { regions: null, workers: 1, replicas: 1, ingests: 1 };
  expect(parse('up')).toEqual({ command: 'up', size });
});

it('takes regions and numbers in any order', () => {
  const size = { regions: ['eu', 'us'], workers: 4, replicas: 2, ingests: 3 };
  expect(parse('--workers 4 up --ingests=3 --replicas 2 --regions eu,us')).toEqual({
    command: 'up',
    size,
  });
});

it.each(['--help', '-h', 'up --help'])('explains itself when asked by %s', (line) => {
  expect(parse(line)).toEqual({ command: 'help' });
});

it.each(['start', 'stop', 'restart'])('wants to know what to %s', (command) => {
  expect(parse(`${command} worker-1`)).toEqual({ command, selector: 'worker-1' });
  expect(() => parse(command)).toThrow('Usage:');
  expect(() => parse(`${command} worker-1 worker-2`)).toThrow('Usage:');
});

it.each([
  ['', 'Usage:'],
  ['sideways', 'Unknown command sideways.\n\nUsage:'],
  ['up worker-1', 'up takes no name.\n\nUsage:'],
  ['down --workers 2', 'down takes nothing else.\n\nUsage:'],
  ['status worker', 'status takes nothing else.\n\nUsage:'],
  ['stop', 'stop takes one name and nothing else.\n\nUsage:'],
  ['restart worker nginx', 'restart takes one name and nothing else.\n\nUsage:'],
  ['up --workers many', '--workers must be a whole number from 1 to 32'],
  ['up --workers 0', '--workers must be a whole number from 1 to 32'],
  ['up --ingests 0', '--ingests must be a whole number from 1 to 32'],
  ['up --replicas 0', '--replicas must be a whole number from 1 to 32'],
  ['up --regions eu,eu', '--regions takes different names'],
  ['up --regions eu,', '--regions takes different names'],
  ['up --wrkers 2', 'Unknown option --wrkers.\n\nUsage:'],
  ['up -w 2', 'Unknown option -w.\n\nUsage:'],
])('refuses "%s"', (line, problem) => {
  expect(() => parse(line)).toThrow(problem);
});
