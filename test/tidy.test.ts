// The code about itself: what neither the compiler nor the linter nor the import rules say.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = dirname(import.meta.dirname);

/** Not written by us, or not kept. */
const ignored = new Set(['node_modules', 'dist', 'coverage', '.git', '.beforehand']);

type File = { path: string; text: string; lines: readonly string[] };

function filesBelow(folder: string): File[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (ignored.has(entry.name)) return [];
    const full = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(full);
    if (!entry.isFile()) return [];
    const text = readFileSync(full, 'utf8');
    const path = relative(root, full).split(sep).join('/');
    return [{ path, text, lines: text.replace(/\n$/, '').split('\n') }];
  });
}

const files = filesBelow(root);
const written = files.filter(({ path }) => /^(src|test|web|bench|scripts)\//.test(path));
const source = files.filter(({ path }) => /^src\/.*\.ts$/.test(path));
const pages = files.filter(({ path }) => path.endsWith('.md'));

/** Lines that match, written so that an editor jumps to them. */
function linesLike(pattern: RegExp, among: readonly File[]): string[] {
  return among.flatMap(({ path, lines }) =>
    lines.flatMap((line, index) =>
      pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [],
    ),
  );
}

/** `where` restricts a ban to some files; `example` proves that the pattern bites. */
const bans: { pattern: RegExp; where?: RegExp; instead: string; example: string }[] = [
  {
    pattern: /\bprocess\.exit\(/,
    where: /^src\//,
    instead: 'set process.exitCode and close what is open, so that nothing is cut off',
    example: 'process.exit(1)',
  },
  {
    pattern: /\b(TODO|FIXME|XXX)\b(?!\(#\d+\))/,
    instead: 'do it now, or write TODO(#issue) about an issue that exists',
    example: '// TODO: later',
  },
  {
    pattern: /\b(it|test|describe|suite)\.only\(/,
    instead: 'run one test with: npm test -- -t "its name"',
    example: "it.only('keeps', () => {})",
  },
  {
    pattern: /\b(it|test|describe|suite)\.(skip|todo|skipIf|runIf)\(|\.skip\(\s*\)/,
    instead: "call skip('why') on the test's context, so that the run prints the reason",
    example: "it.skip('keeps', () => {})",
  },
  {
    pattern: /@ts-(ignore|nocheck)/,
    instead: '@ts-expect-error and the reason, which ends when the error does',
    example: '// @ts-ignore',
  },
  {
    pattern: /\b(Date\.now|new Date)\(\s*\)/,
    where: /^src\/domain\//,
    instead: 'take a Clock as an argument, so that a test can decide it',
    example: 'const at = Date.now()',
  },
  {
    pattern: /https?:\/\/[^\s"'`)]*registry[^\s"'`)]*/,
    instead: 'the name of the package; where it is downloaded from is the business of a machine',
    example: '"resolved": "https://registry.example/pg.tgz"',
  },
  {
    pattern: /(?<![\w.~}])\/(work|root|Users|home\/(?!node\b)\w+)\//,
    instead: 'a path relative to the file, or the temporary folder of the system',
    example: "open('/root/data')",
  },
];

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
    const drawer = /(^|[-./])(utils?|helpers?|common|shared|lib|misc|services?|index)([-./]|$)/;
    const names = written.map(({ path }) => path).filter((path) => drawer.test(path));
    expect(names, 'Name a file after what it exports.').toEqual([]);
  });

  for (const { pattern, where = /./, instead, example } of bans) {
    it(`says something better than ${pattern.source}`, () => {
      expect(example).toMatch(pattern);
      const among = files.filter(({ path }) => where.test(path) && path !== 'test/tidy.test.ts');
      expect(linesLike(pattern, among), `Instead: ${instead}.`).toEqual([]);
    });
  }

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
    FanOut: 'fan-out',
    PageRequestConsumer: 'page-request',
    ContentFeed: 'content-feed',
    UnitRunner: 'unit-runner',
    ContentStore: 'content-store',
    RegionStore: 'region-store',
  };
  /** They have methods, too, but nobody adapts them to a technology. */
  const others = new Set(['Running', 'FeedHandlers']);

  it('each have a contract', () => {
    const { text } = files.find(({ path }) => path === 'src/domain/ports.ts') as File;
    const types = text.matchAll(/^export type (\w+) = \{\n(.*?)^\};/gms);
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

describe('the documentation', () => {
  it('lists every environment variable that the code names', () => {
    const variables = (among: readonly File[]) =>
      [
        ...new Set(among.flatMap(({ text }) => text.match(/\bBEFOREHAND_[A-Z0-9_]+\b/g) ?? [])),
      ].sort();
    const documented = pages.filter(({ path }) => path === 'docs/configuration.md');
    // Some names are put together in the code: that none is missing is what the page is made for.
    const whole = variables(source).filter((name) => !name.endsWith('_'));
    expect(whole.filter((name) => !variables(documented).includes(name))).toEqual([]);
  });

  it('links only to what is there', () => {
    const broken = pages.flatMap(({ path, text }) =>
      [...text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)(#[^)\s]*)?\)/g)]
        .map(([, link]) => link as string)
        .filter((link) => !existsSync(join(root, dirname(path), link)))
        .map((link) => `${path}: ${link}`),
    );
    expect(broken).toEqual([]);
  });
});
