// Keeps authors' code from ending its thread by process.exit: it would take its neighbors along.

import { syncBuiltinESMExports } from 'node:module';

type Exiting = NodeJS.Process & { _exiting?: boolean; reallyExit(code?: number): never };

/** A call throws instead, so that only its unit fails. `tell` hears of those that are swallowed, too. */
export function refuseExit(tell: (text: string) => void): void {
  const thread = process as Exiting;
  const { exit, reallyExit } = thread;

  function refuse(): void {
    // Node's own call, after an exception that nobody caught.
    if (thread._exiting === true) return;
    const text = 'process.exit is not allowed here: throw an error instead.';
    tell(text);
    throw new Error(text);
  }

  thread.exit = (code) => {
    refuse();
    return exit.call(process, code);
  };
  thread.reallyExit = (code) => {
    refuse();
    return reallyExit.call(process, code);
  };
  // For whoever imports it from node:process.
  syncBuiltinESMExports();
}
