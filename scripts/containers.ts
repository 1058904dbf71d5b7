// Drives docker/compose.yaml: what the check of the containers does to them, and asks of them.

import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openClient } from './containers-client.ts';

const run = promisify(execFile);
const fileOf = (name: string) => fileURLToPath(new URL(`../docker/${name}`, import.meta.url));

/** How long a fact may take that is bound to come. */
const patienceMs = 60_000;

export type Containers = ReturnType<typeof openContainers>;

/** `files`: of the folder docker, each laid over those before it. */
export function openContainers({ isBuilt, files }: { isBuilt: boolean; files: readonly string[] }) {
  const named = files.flatMap((file) => ['-f', fileOf(file)]);
  const docker = async (...args: string[]): Promise<string> => {
    try {
      return (await run('docker', args, { maxBuffer: 64 * 1024 * 1024 })).stdout.trim();
    } catch (error) {
      const { stderr, message } = error as Error & { stderr?: string };
      const said = stderr?.trim().slice(-500) || message;
      throw new Error(`docker ${args.join(' ')}: ${said}`, { cause: error });
    }
  };
  const compose = (...args: string[]) => docker('compose', ...named, ...args);
  const tool = (...args: string[]) => compose('run', '--rm', '-T', 'tools', ...args);
  const client = openClient(tool);
  const { post, read, ticket } = client;

  return {
    ...client,
    compose,
    tool,
    async up(...args: string[]) {
      await compose('up', '-d', '--wait', ...(isBuilt ? ['--no-build'] : []), ...args);
      const running = (await compose('ps', '--format', '{{.Name}} {{.Health}}')).split('\n');
      const ill = running.filter((line) => !line.endsWith(' healthy'));
      if (ill.length > 0) throw new Error(`Not healthy: ${ill.join(', ')}`);
      return `${running.length} containers, all healthy`;
    },
    /** After a pause in which nobody could ask it. */
    waitUntilHealthy: (service: string) =>
      until(
        async () => (await compose('ps', '--format', '{{.Health}}', service)) === 'healthy',
        `${service} is healthy`,
      ),
    async down(...args: string[]) {
      await compose('down', ...args);
      return '';
    },
    async imageSizes() {
      const images = (await compose('config', '--images')).split('\n');
      const ours = [...new Set(images)]
        .filter((image) => image.startsWith('beforehand'))
        .toSorted();
      const format = ['image', 'inspect', '-f', '{{.Size}}'];
      const sizes = await Promise.all(ours.map((image) => docker(...format, image)));
      return ours
        .map((image, at) => `${image} ${Math.round(Number(sizes[at]) / 1e6)} MB`)
        .join(', ');
    },
    async confinement() {
      const names = (await compose('ps', '--format', '{{.Name}}')).split('\n');
      for (const name of names) {
        const said = await docker('exec', name, 'sh', '-c', 'id -u; touch /x 2>&1 || true');
        if (/^0$/m.test(said) || !said.includes('Read-only')) throw new Error(`${name}: ${said}`);
      }
      return `${names.length} containers`;
    },
    /** Returns the ticket of a new login. */
    async login(user: string) {
      const name = await post(`check-${Date.now()}`, user);
      if (name === null) throw new Error('The login was not accepted.');
      return name;
    },
    waitUntilPositioned: (user: string, region: string) =>
      until(async () => {
        const { status, state, servedBy } = await read(user, region);
        return status === 200 && state === 'personal' && servedBy === region;
      }, `${user} is positioned in ${region}`),
    waitUntil: until,
    isSettled: (name: string) =>
      until(async () => (await ticket(name)).units.length > 0, 'an outcome').then(
        () => true,
        () => false,
      ),
  };
}

async function until(isSo: () => Promise<boolean>, what: string): Promise<void> {
  const endMs = performance.now() + patienceMs;
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error(`It did not come to: ${what}.`);
    await sleep(50);
  }
}
