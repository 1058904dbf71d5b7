// Entry: `npm run stack -- up|down|status|start|stop|restart`, the whole platform on one machine.

import { withLock } from '../servers/with-lock.ts';
import { openCredentials } from './credentials.ts';
import { writeSecretJson } from './secret-json.ts';
import { readSettings } from './settings.ts';
import { parseStackArguments, type StackCommand, stackUsage } from './stack-arguments.ts';
import { openStack, type Stack } from './stack-context.ts';
import { isMemberRunning, restartMember, startMember, stopMember } from './stack-member.ts';
import { stackSettings } from './stack-settings.ts';
import { readState, selectMembers, stackFiles } from './stack-state.ts';
import { describeStack } from './stack-status.ts';
import { summarize } from './stack-summary.ts';
import { stackDown, stackUp } from './stack-up.ts';
import { unknownSettings } from './unknown-settings.ts';

type NamedCommand = Extract<StackCommand, { selector: string }>;

const say = (line: string) => console.log(line);

async function runCommand(command: StackCommand): Promise<void> {
  if (command.command === 'help') return say(stackUsage);
  if (command.command === 'up') {
    for (const warning of unknownSettings(process.env)) console.error(warning);
  }
  const settings = readSettings(stackSettings, process.env);
  const files = stackFiles(settings.dataDir);
  const openExisting = () => {
    const state = readState(files.state);
    if (state === null) throw new Error('The stack is not up. Start it: npm run stack -- up');
    return openStack(settings, state, say);
  };
  switch (command.command) {
    case 'status': {
      const { lines, isAllReady } = await describeStack(openExisting().state);
      lines.forEach(say);
      if (!isAllReady) process.exitCode = 1;
      return;
    }
    case 'up': {
      const signal = interruption();
      return withLock(files.lock, () => stackUp(settings, command.size, { say, signal }));
    }
    case 'down':
      return withLock(files.lock, async () => {
        const state = readState(files.state);
        if (state === null) return say('The stack is not up.');
        await stackDown(openStack(settings, state, say));
      });
    default:
      return withLock(files.lock, () => changeMembers(openExisting(), command));
  }
}

const changes = { start: startMember, stop: stopMember, restart: restartMember };

async function changeMembers(stack: Stack, { command, selector }: NamedCommand): Promise<void> {
  for (const member of selectMembers(stack.state, selector)) {
    if (command === 'start' && isMemberRunning(member)) {
      say(`  ${member.name.padEnd(14)} already runs`);
      continue;
    }
    await changes[command](stack, member);
  }
  const credentials = await openCredentials(stack.settings.dataDir);
  writeSecretJson(stack.files.summary, summarize(stack, credentials));
}

/** Aborts at the first signal. Later ones change nothing: stopping is already under way. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => controller.abort());
  }
  return controller.signal;
}

async function main(args: readonly string[]): Promise<void> {
  try {
    await runCommand(parseStackArguments(args));
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}

await main(process.argv.slice(2));
