// `npm run containers -- check`: starts docker/compose.yaml on the Docker engine that is there, and
// shows that it keeps what docs/deploying.md says; with --home the home page and its products. It
// deletes the volumes when all went well.

import { homeSteps, type Step } from './check-home-containers.ts';
import { type Containers, openContainers } from './containers.ts';
import { loadProducer } from './containers-load.ts';

const regions = ['eu', 'us', 'ap'];

/** Each of them stopped alone must keep no reader from a positioned document. */
const kinds = ['rabbitmq', 'postgres', 'ingest', 'worker', 'operator'];

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  const isBuilt = args.includes('--no-build');
  const isHome = args.includes('--home');
  if (args[0] !== 'check') {
    throw new Error('Usage: npm run containers -- check [--home] [--no-build]');
  }
  const files = isHome ? ['compose.yaml', 'compose.home.yaml'] : ['compose.yaml'];
  const containers = openContainers({ isBuilt, files });
  const step = async (what: string, work: () => Promise<string>) => {
    const startedMs = performance.now();
    const result = await work();
    const tookS = ((performance.now() - startedMs) / 1000).toFixed(1);
    console.log(`ok    ${what.padEnd(58)} ${tookS.padStart(6)} s  ${result}`);
  };
  await step('up --wait, from nothing', () => containers.up());
  await step('images', () => containers.imageSizes());
  await step('nobody is root, and nobody writes to their image', () => containers.confinement());
  const steps = isHome ? homeSteps(containers) : commonSteps(containers);
  for (const [what, work] of steps) await step(what, work);
  await step('down', () => containers.down('--volumes'));
}

function commonSteps(containers: Containers): Step[] {
  return [
    ['an event comes into every region', () => walkThrough(containers)],
    ['the command line finds what it needs', () => askTools(containers)],
    ['four workers', () => containers.up('--scale', 'worker=4')],
    ['any one stopped, positioned documents are read', () => stopEach(containers)],
    ['a region that hangs is left out', () => hang(containers)],
    ['a password is changed', () => changePassword(containers)],
    ['down and up under load', () => downUnderLoad(containers)],
  ];
}

async function walkThrough(containers: Containers): Promise<string> {
  const ticket = await containers.login('alice');
  for (const region of regions) await containers.waitUntilPositioned('alice', region);
  const story = await containers.ticket(ticket);
  return `outcome ${story.units.map(({ state }) => state).join(', ')}`;
}

/** Each ends with something else than 0 when it does not find its part of the installation. */
async function askTools({ tool }: Containers): Promise<string> {
  await tool('cli', 'region', 'status');
  await tool('cli', 'dead', 'summary');
  await tool('cli', 'key', 'list');
  const { regions: served } = JSON.parse(await tool('cli', 'user', 'show', 'alice', '--json'));
  return served.map(({ region, state }: Record<string, string>) => `${region} ${state}`).join(', ');
}

async function stopEach(containers: Containers): Promise<string> {
  const ofRegions = regions.flatMap((it) => [`replica-${it}`, `verifier-${it}`, `nginx-${it}`]);
  let reads = 0;
  for (const service of [...kinds, ...ofRegions]) {
    await containers.compose('stop', service);
    for (const region of regions) {
      for (let time = 0; time < 5; time += 1) {
        const { status, state } = await containers.read('alice', region);
        if (status !== 200 || state !== 'personal') {
          throw new Error(`Without ${service}, ${region} answers ${status}, ${state}.`);
        }
        reads += 1;
      }
    }
    await containers.up();
  }
  return `${reads} reads, all 200 and personal`;
}

async function hang(containers: Containers): Promise<string> {
  await containers.compose('pause', 'nginx-us');
  const tookS: string[] = [];
  for (let time = 0; time < 5; time += 1) {
    const startedMs = performance.now();
    const { status, state, servedBy } = await containers.read('alice', 'us');
    if (status !== 200 || state !== 'personal' || servedBy === 'us') {
      throw new Error(`While us hangs, ${servedBy} answers ${status}, ${state}.`);
    }
    tookS.push(((performance.now() - startedMs) / 1000).toFixed(1));
  }
  await containers.compose('unpause', 'nginx-us');
  await containers.waitUntilHealthy('nginx-us');
  return `5 reads, after ${tookS.join(', ')} s`;
}

/** As docs/deploying.md says. */
async function changePassword({ compose, up, login, isSettled }: Containers): Promise<string> {
  const setup = ['run', '--rm', '-T', 'setup'];
  const definitions = '/secrets/rabbitmq/definitions.json';
  await compose(...setup, 'rm', '/secrets/ingest/amqp-url');
  await compose(...setup);
  await compose('exec', '-T', 'rabbitmq', 'rabbitmqctl', 'import_definitions', definitions);
  await compose('restart', 'ingest');
  await up();
  if (!(await isSettled(await login('bob')))) throw new Error('An event came to nothing.');
  return 'of the ingests, who went on with the new one';
}

async function downUnderLoad(containers: Containers): Promise<string> {
  const load = loadProducer(containers);
  await load.untilAccepted(300);
  await containers.down();
  const tickets = await load.stop();
  await containers.up();
  const missing: string[] = [];
  for (const ticket of tickets) {
    if (!(await containers.isSettled(ticket))) missing.push(ticket);
  }
  if (missing.length > 0) throw new Error(`${missing.length} of ${tickets.length} are lost.`);
  return `${tickets.length} events accepted, ${load.refused()} refused, none lost`;
}

await main().catch((error: Error) => {
  console.error(`\nfailed: ${error.message}`);
  process.exitCode = 1;
});
