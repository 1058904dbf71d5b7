// Loads what this installation does: the file that the author teams write.

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Config, defineConfig } from '../domain/config.ts';

/** Of files in the working directory, the one that is taken when none is named. */
type ConfigName = 'home' | 'beforehand';

/** For whoever tries the platform: the home page, and all that the smaller one has. */
export const soloConfigs: readonly ConfigName[] = ['home', 'beforehand'];

/**
 * Returns the path of the file, or throws with the place where it was looked for. Where none is
 * named, it is the first of `names` that is there.
 */
export function findConfig(options: {
  file: string;
  folder: string;
  names?: readonly ConfigName[];
}): string {
  const { file, folder, names = ['beforehand'] } = options;
  const places = file === '' ? names.map(fileOf) : [file];
  const paths = places.map((place) => resolve(folder, place));
  const path = paths.find((one) => existsSync(one));
  if (path !== undefined) return path;
  throw new Error(
    `There is no configuration at ${paths.join(' or ')}. Name one with BEFOREHAND_CONFIG.`,
  );
}

/** Compiled code loads what a build made of it; Node itself reads no TypeScript. */
function fileOf(name: ConfigName): string {
  return import.meta.url.endsWith('.ts') ? `${name}.config.ts` : `dist/${name}.config.js`;
}

/** Throws unless each of `regions` is one of the configuration's, and there once. */
export function requireRegions(config: Config, regions: readonly string[]): void {
  const unknown = regions.filter((region) => !config.regions.includes(region));
  const known = config.regions.join(', ');
  if (unknown.length > 0) {
    throw new Error(`No region of the configuration: ${unknown.join(', ')}. It has: ${known}.`);
  }
  const repeated = regions.filter((region, index) => regions.indexOf(region) !== index);
  if (repeated.length > 0) throw new Error(`A region is named twice: ${repeated.join(', ')}.`);
}

/** Returns the `config` that the file exports, checked, or throws with what is wrong with it. */
export async function loadConfig(path: string): Promise<Config> {
  const module = await importConfig(path);
  const { config } = module as { config?: Partial<Config> };
  if (typeof config !== 'object' || config === null) {
    throw new Error(`${path} must export a constant named config: see defineConfig.`);
  }
  const { regions, events, slots, generators, reactions } = config;
  const lists = { regions, events, generators, reactions };
  const missing = Object.entries(lists).filter(([, list]) => !Array.isArray(list));
  if (missing.length > 0 || typeof slots !== 'object') {
    const names = [
      ...missing.map(([name]) => name),
      ...(typeof slots !== 'object' ? ['slots'] : []),
    ];
    throw new Error(`${path}: config needs ${names.join(', ')}.`);
  }
  return defineConfig(config as Config);
}

async function importConfig(path: string): Promise<unknown> {
  try {
    return await import(pathToFileURL(path).href);
  } catch (error) {
    throw new Error(`${path} cannot be loaded: ${(error as Error).message}`, { cause: error });
  }
}
