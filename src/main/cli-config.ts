// Which configuration a command is about, and what of it is tried.

import { cliSettings } from './cli-settings.ts';
import { findConfig } from './load-config.ts';
import { readSettings } from './settings.ts';

export function configFile(): string {
  const { configFile: file } = readSettings(cliSettings, process.env);
  return findConfig({ file, folder: process.cwd() });
}

export type TryOptions = { event?: string; ticket?: string; previous?: string; json?: true };
