// Loads what this installation does: the file that the author teams write.

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Config, defineConfig } from '../domain/config.ts';

/** The second is what a build makes of the first. */
const defaultNames = ['beforehand.config.ts', 'beforehand.config.js'];

/** Returns the path of the file, or throws with the places where it was looked for. */
export function findConfig(options: { file: string; folder: string }): string {
  const names = options.file === '' ? defaultNames : [options.file];
  const paths = names.map((name) => resolve(options.folder, name));
  const path = paths.find((candidate) => existsSync(candidate));
  if (path !== undefined) return path;
  throw new Error(
    `There is no configuration at ${paths.join(' or ')}. Name one with BEFOREHAND_CONFIG.`,
  );
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
