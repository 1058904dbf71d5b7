// @ts-check
// State that outlives its process: one JSON file in DATA_DIR, written whole or not at all.

import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @template State
 * @param {string} name @param {State} initial What it is before it was ever saved.
 */
export function openJsonFile(name, initial) {
  const folder = process.env.DATA_DIR;
  if (folder === undefined) throw new Error('DATA_DIR must name the folder for its state.');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.json`);
  /** @type {State} */
  const state = read(path) ?? initial;
  let saved = JSON.stringify(state);
  return {
    state,
    /**
     * Throws when it cannot be written, and the state is as it was then: what is no longer known after
     * the next start must not be told to anybody.
     * @template Result @param {() => Result} work Changes members of the state. @returns {Result}
     */
    change(work) {
      try {
        const result = work();
        const text = JSON.stringify(state);
        writeFileSync(`${path}.new`, text, { mode: 0o600 });
        renameSync(`${path}.new`, path);
        saved = text;
        return result;
      } catch (error) {
        Object.assign(/** @type {object} */ (state), JSON.parse(saved));
        throw error;
      }
    },
  };
}

/** @param {string} path */
function read(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return null;
    throw new Error(`${path} cannot be read: remove it to begin anew.`, { cause: error });
  }
}
