// Finding and loading the configuration of an installation.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findConfig, loadConfig, soloConfigs } from '../../src/main/load-config.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'config-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

const empty = `regions: ['eu'], events: [], slots: {}, generators: [], reactions: []`;

describe('the configuration', () => {
  it('is beforehand.config.ts unless another file is named', async () => {
    const written = await write('beforehand.config.ts', '');
    expect(findConfig({ file: '', folder })).toBe(written);
    const named = await write('other.ts', '');
    expect(findConfig({ file: 'other.ts', folder })).toBe(named);
    expect(findConfig({ file: named, folder: '/' })).toBe(named);
  });

  it('is home.config.ts for solo mode where there is one, unless another file is named', async () => {
    const names = soloConfigs;
    const small = await write('beforehand.config.ts', '');
    expect(findConfig({ file: '', folder, names })).toBe(small);
    const home = await write('home.config.ts', '');
    expect(findConfig({ file: '', folder, names })).toBe(home);
    expect(findConfig({ file: '', folder })).toBe(small);
    expect(findConfig({ file: 'beforehand.config.ts', folder, names })).toBe(small);
  });

  it('that is nowhere is missed with the places where it may be', () => {
    expect(() => findConfig({ file: '', folder })).toThrow(join(folder, 'beforehand.config.ts'));
    expect(() => findConfig({ file: '', folder, names: soloConfigs })).toThrow('home.config.ts or');
    expect(() => findConfig({ file: 'none.ts', folder })).toThrow('BEFOREHAND_CONFIG');
  });

  it('is the constant config of its module', async () => {
    const path = await write('good.mjs', `export const config = { ${empty} };`);
    expect(await loadConfig(path)).toMatchObject({ regions: ['eu'], slots: {} });
  });

  it.each([
    ['does not export it', 'export const other = 1;', 'must export a constant named config'],
    ['lacks a part', 'export const config = { regions: [] };', 'needs events, generators'],
    ['does not parse', 'export const config = {', 'cannot be loaded'],
    ['throws', "throw new Error('no catalog');", 'no catalog'],
    ['is wrong', `export const config = { ${empty.replace('eu', 'EU')} };`, 'regions: "EU"'],
  ])('is refused with the reason when its file %s', async (name, text, reason) => {
    const path = await write(`${name.replaceAll(' ', '-')}.mjs`, text);
    await expect(loadConfig(path)).rejects.toThrow(reason);
  });
});
