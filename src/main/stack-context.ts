// What every command of the stack works with.

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
  return { settings, files, state, save: () => writeSecretJson(files.state, state), say };
}

export function addressOf({ port }: StackMember): string {
  return `http://127.0.0.1:${port}`;
}
