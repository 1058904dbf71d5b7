// `region`: the doors of the regions, and the replicas behind them.

import type { Command } from 'commander';
import type { ReplicaProgress } from '../domain/worker/progress.ts';
import { postgresProgress } from '../outbound/postgres-progress.ts';
import { postgresReceipts } from '../outbound/postgres-receipts.ts';
import { type Door, doorState, readDoors } from './cli-doors.ts';
import { findInstallation, needed } from './cli-installation.ts';
import { withPostgres } from './cli-postgres.ts';
import { replicaLines } from './cli-status-text.ts';
import type { Terminal } from './cli-terminal.ts';
import { momentText } from './cli-time.ts';

export function addRegionCommands(cli: Command, terminal: Terminal): void {
  const region = cli.command('region').description('Regions, and the replicas in them.');
  region
    .command('status')
    .description('Tells of each region whether its door is ready; ends with 1 when one is not.')
    .option('--json', 'one JSON object a line')
    .addHelpText('after', '\nExample:\n  npm run -s cli -- region status')
    .action((options: { json?: true }) => status(options, terminal));
  region
    .command('retire')
    .description('Says that a replica is gone for good: nobody waits for its receipts any more.')
    .argument('<instance>', 'as region status prints it')
    .addHelpText(
      'after',
      '\nOne that comes back counts again.\n\nExample:\n  npm run -s cli -- region retire us-2',
    )
    .action((instance: string) => retire(instance, terminal));
}

async function status(options: { json?: true }, terminal: Terminal): Promise<void> {
  const installation = findInstallation(process.env);
  const { regions } = installation;
  needed(Object.keys(regions)[0], 'address of any region', 'BEFOREHAND_REGION_URLS');
  const [doors, replicas] = await Promise.all([
    readDoors({ ...installation, ingests: [], operator: null }),
    withPostgres(installation, (postgres) => postgresProgress(postgres).replicas()).catch(
      (error) => {
        terminal.remark((error as Error).message);
        return null;
      },
    ),
  ]);
  if (doors.some(({ readiness }) => readiness.state !== 'ready')) process.exitCode = 1;
  if (options.json) {
    for (const door of doors) await terminal.print(doorJson(door, replicas));
    return;
  }
  const width = Math.max(...doors.map(({ name }) => name.length)) + 2;
  for (const door of doors) {
    await terminal.print(`${door.name.padEnd(width)}${door.url}  ${doorState(door)}`);
  }
  if (replicas === null || replicas.length === 0) return;
  await terminal.print('');
  for (const line of replicaLines(replicas, terminal.columns)) await terminal.print(line);
}

async function retire(instance: string, terminal: Terminal): Promise<void> {
  await withPostgres(findInstallation(process.env), async (postgres) => {
    const receipts = postgresReceipts(postgres);
    if (!(await receipts.retire(instance))) {
      const known = (await receipts.replicas()).map((replica) => replica.instance).join(', ');
      throw new Error(`No replica ${instance} was ever heard of. There are: ${known || 'none'}.`);
    }
  });
  await terminal.print(`Retired ${instance}: nobody waits for it any more.`);
}

function doorJson(
  { name, url, readiness }: Door,
  replicas: readonly ReplicaProgress[] | null,
): string {
  const region = name.replace(/^region /, '');
  const own = replicas?.filter((replica) => replica.region === region);
  return JSON.stringify({
    ...{ region, url, ...readiness },
    replicas: own?.map(({ instance, lastSeenAtMs, retiredAtMs, behind }) => ({
      ...{ instance, behind, lastSeenAt: momentText(lastSeenAtMs) },
      retiredAt: retiredAtMs === null ? null : momentText(retiredAtMs),
    })),
  });
}
