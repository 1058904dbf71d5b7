// `status`: whether all is well, at a glance; exit code 1 when it is not.

import type { Command } from 'commander';
import { describeError } from '../domain/errors.ts';
import { postgresBacklog } from '../outbound/postgres-backlog.ts';
import { postgresProgress } from '../outbound/postgres-progress.ts';
import { readQueueDepths } from '../wire/broker-queue-depths.ts';
import { createTopology } from '../wire/topology.ts';
import { readDoors } from './cli-doors.ts';
import { findInstallation, type Installation } from './cli-installation.ts';
import { withPostgres } from './cli-postgres.ts';
import { problemsOf, type Status, statusJson, statusPage } from './cli-status-text.ts';
import type { Terminal } from './cli-terminal.ts';

const amqpTimeoutMs = 5_000;

export function addStatusCommand(cli: Command, terminal: Terminal): void {
  cli
    .command('status')
    .description('Tells whether all is well; ends with 1 when something is not.')
    .option('--json', 'as one JSON object')
    .addHelpText(
      'after',
      `
Wrong is: a process or door that does not answer or is not ready, a queue that nobody reads, what
was due a minute ago and was not taken, a replica that was not heard of for 45 s, and whatever died
within the last hour.

Examples:
  npm run -s cli -- status
  npm run -s cli -- status --json | jq .problems`,
    )
    .action(async (options: { json?: true }) => {
      const status = await readStatus(findInstallation(process.env));
      const problems = problemsOf(status);
      if (problems.length > 0) process.exitCode = 1;
      if (options.json) return terminal.print(statusJson(status, problems));
      for (const line of statusPage(status, problems, terminal.columns)) await terminal.print(line);
    });
}

async function readStatus(installation: Installation): Promise<Status> {
  const [doors, queues, counted] = await Promise.all([
    readDoors(installation),
    readQueues(installation),
    withPostgres(installation, async (postgres) => {
      const progress = postgresProgress(postgres);
      return {
        backlog: { ...(await progress.events()), ...(await postgresBacklog(postgres)()) },
        replicas: await progress.replicas(),
      };
    }).catch((error) => ({ backlog: { error: (error as Error).message }, replicas: [] })),
  ]);
  return { doors, queues, ...counted };
}

/** `null`: there is no broker, or it is not known. */
async function readQueues({ amqp, namespace }: Installation): Promise<Status['queues']> {
  if (amqp === null) return null;
  const { prepare, ...others } = createTopology(namespace).queues;
  const names = [...Object.values(prepare), ...Object.values(others)];
  return readQueueDepths(amqp, names, amqpTimeoutMs).catch((error) => ({
    error: describeError(error),
  }));
}
