// What every command of the stack works with.

import { resolve } from 'node:path';
import { writeSecretJson } from './secret-json.ts';
import type { ValuesOf } from './settings.ts';
import type { stackSettings } from './stack-settings.ts';
import { type StackFiles, type StackMember, type StackState, stackFiles } from './stack-state.ts';

export type StackSettings = ValuesOf<typeof stackSettings>;

export type Stack = {
  readonly settings: StackSettings;
  readonly files: StackFiles;
  readonly state: StackState;
  /** Writes down what changed. A command that is killed must not lose track of its processes. */
  save(): void;
  /** One line for the person at the terminal. */
  say(line: string): void;
};

export function openStack(
  settings: StackSettings,
  state: StackState,
  say: (line: string) => void,
): Stack {
  const files = stackFiles(settings.dataDir);
  // A command in another folder, or without that variable, is still about this stack.
  const { configFile } = settings;
  const config = configFile === '' ? state.configFile : resolve(configFile);
  return {
    settings: { ...settings, configFile: config },
    ...{ files, state, say },
    save: () => writeSecretJson(files.state, state),
  };
}

export function addressOf({ port }: StackMember): string {
  return `http://127.0.0.1:${port}`;
}
