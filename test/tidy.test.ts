// The code about itself: what neither the compiler nor the linter nor the import rules say.

import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bans } from './tidy/bans.ts';
import { files, linesLike, pages, source, written } from './tidy/files.ts';
import { spelledBritish } from './tidy/spelling.ts';

describe('the repository', () => {
  it('is found at all', () => {
    expect(source.length).toBeGreaterThan(20);
    expect(pages.length).toBeGreaterThan(5);
  });

  it('has no file over 200 lines', () => {
    const long = written.filter(({ lines }) => lines.length > 200);
    expect(long.map(({ path, lines }) => `${path}: ${lines.length}`)).toEqual([]);
  });

  it('has no drawer for things without a name', () => {
    const drawer = /(^|[-./])(utils?|helpers?|common|shared|lib|misc|index)([-./]|$)/;
    const names = written.map(({ path }) => path).filter((path) => drawer.test(path));
    expect(names, 'Name a file after what it exports.').toEqual([]);
  });

  for (const { pattern, where = /./, instead, example } of bans) {
    it(`says something better than ${pattern.source}`, () => {
      expect(example).toMatch(pattern);
      const among = files.filter(({ path }) => where.test(path) && path !== 'test/tidy/bans.ts');
      expect(linesLike(pattern, among), `Instead: ${instead}.`).toEqual([]);
    });
  }

  it('is spelled the American way', () => {
    const line = 'isNeighbour: serialised twice';
    expect(spelledBritish([{ path: 'a.ts', text: line, lines: [line] }])).toEqual([
      `a.ts:1: ${line} → neighbor`,
      `a.ts:1: ${line} → serialize`,
    ]);
    const foreign = ['LICENSE', 'package-lock.json', 'test/tidy/spelling.ts', 'test/tidy.test.ts'];
    expect(spelledBritish(files.filter(({ path }) => !foreign.includes(path)))).toEqual([]);
  });

  it('says at the top of each source file what the file is', () => {
    const silent = source.filter(({ lines }) => {
      const first = lines[0]?.startsWith('#!') ? lines[1] : lines[0];
      return !/^\/\/ \S.*/.test(first ?? '');
    });
    expect(silent.map(({ path }) => path)).toEqual([]);
  });
});

describe('the ports', () => {
  /** Which suite proves the adapters of each port. */
  const contracts: { readonly [port: string]: string } = {
    EventPublisher: 'event-queue',
    EventConsumer: 'event-queue',
    DeadEventConsumer: 'dead-event',
    FanOut: 'fan-out',
    PageRequestConsumer: 'page-request',
    ContentRequestConsumer: 'content-request',
    RecentlyAsked: 'recently-asked',
    ContentFeed: 'content-feed',
    UnitRunner: 'unit-runner',
    ContentStore: 'content-store',
    RegionStore: 'region-store',
    Positions: 'positions',
  };
  const portFiles = [
    'src/domain/ports.ts',
    'src/domain/replica/positions.ts',
    'src/domain/replica/recently-asked.ts',
    'src/domain/worker/dead-events.ts',
  ];
  /** They have methods, too, but nobody adapts them to a technology. */
  const others = new Set(['Running', 'FeedHandlers']);

  it('each have a contract', () => {
    const text = files.filter(({ path }) => portFiles.includes(path)).map((file) => file.text);
    const types = text.join('\n').matchAll(/^export type (\w+) = \{\n(.*?)^\};/gms);
    const withMethods = [...types].filter(([, , body]) => /^ {2}\w+\(/m.test(body ?? ''));
    const ports = withMethods.map(([, name]) => name as string).filter((name) => !others.has(name));
    expect(ports.sort(), 'Add it to contracts in this file.').toEqual(
      Object.keys(contracts).sort(),
    );
  });

  it('have contracts that at least one adapter is tested with', () => {
    const untested = Object.values(contracts).filter((name) => !isRun(`${name}-contract`));
    expect([...new Set(untested)]).toEqual([]);
  });

  /** Whether a test imports a contract, or another contract does that is run. */
  function isRun(contract: string): boolean {
    return written
      .filter(({ text }) => text.includes(`/${contract}.ts'`))
      .some(({ path }) => path.endsWith('.test.ts') || isRun(basename(path, '.ts')));
  }
});
