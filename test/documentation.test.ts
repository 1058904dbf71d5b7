// The documentation: what it names is there, and what it tells people to run runs something.

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type File, files, pages, root, source } from './tidy/files.ts';

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

  it('tells people to run tests that are there', () => {
    const commands = pages.flatMap(({ path, text }) =>
      [...text.matchAll(/\bnpm test -- ([^`\n]+)/g)].map(([command, rest]) => ({
        place: `${path}: ${command}`,
        // What stands before the first option chooses files, each by a part of its path.
        parts: rest?.split(/(?:^| +)-/)[0]?.split(' ') ?? [],
      })),
    );
    expect(commands.length).toBeGreaterThan(5);
    const tests = files.map(({ path }) => path).filter((path) => path.endsWith('.test.ts'));
    const vain = commands.flatMap(({ place, parts }) =>
      parts
        .filter((part) => !tests.some((path) => path.includes(part)))
        .map((part) => `${place}: no test file has ${part} in its path`),
    );
    expect(vain).toEqual([]);
  });
});
