// How the stack starts what clients talk to: the Nginx of each unit, and a region's balancer.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startNginxServer } from '../servers/nginx-server.ts';
import { ensureNginx, ensureNginxJs } from '../servers/system-packages.ts';
import { renderBalancerConfig, renderUnits } from './balancer-config.ts';
import { nginxSettings } from './nginx-settings.ts';
import { renderRegionConfig } from './region-config.ts';
import { replicaLimits, replicaSettings } from './replica-settings.ts';
import { readSettings } from './settings.ts';
import type { Stack } from './stack-context.ts';
import { memberEnv } from './stack-plan.ts';
import { givenEnv } from './stack-program.ts';
import type { OnSpawn } from './stack-servers.ts';
import type { StackMember } from './stack-state.ts';

/** What the Nginx of a unit is told in the very words that its replica is told. */
const sharedSettings = {
  replicaSocket: replicaSettings.socketPath,
  positionsDir: replicaSettings.positionsDir,
  jwksFile: replicaSettings.jwksFile,
  secretFile: replicaSettings.secretFile,
  issuer: replicaSettings.tokenIssuer,
  audience: replicaSettings.tokenAudience,
  clockToleranceS: replicaLimits.clockToleranceS,
  genericMaxAgeS: replicaLimits.genericMaxAgeS,
};

export async function startNginx(stack: Stack, member: StackMember, onSpawn: OnSpawn) {
  const env = doorEnv(stack, member);
  const { replicaSocket, positionsDir, genericMaxAgeS, ...tokens } = readSettings(
    sharedSettings,
    env,
  );
  const parts = { port: member.port, replicaSocket, positionsDir, tokens, genericMaxAgeS };
  const jsModule = ensureNginxJs(stack.say);
  const config = renderRegionConfig({ ...parts, jsModule }, readSettings(nginxSettings, env));
  await startDoor(stack, member, { config, onSpawn });
}

export async function startBalancer(stack: Stack, member: StackMember, onSpawn: OnSpawn) {
  const units = stack.state.members.filter(
    ({ kind, region }) => kind === 'nginx' && region === member.region,
  );
  const unitsFile = join(directoryOf(stack, member), 'units.conf');
  mkdirSync(directoryOf(stack, member), { recursive: true });
  writeFileSync(unitsFile, renderUnits(units.map(({ port }) => `127.0.0.1:${port}`)));
  const parts = { port: member.port, jsModule: ensureNginxJs(stack.say), unitsFile };
  const settings = readSettings(nginxSettings, doorEnv(stack, member));
  await startDoor(stack, member, { config: renderBalancerConfig(parts, settings), onSpawn });
}

async function startDoor(
  stack: Stack,
  member: StackMember,
  { config, onSpawn }: { config: string; onSpawn: OnSpawn },
): Promise<void> {
  await startNginxServer({
    directory: directoryOf(stack, member),
    program: ensureNginx(stack.say),
    config,
    port: member.port,
    logFile: stack.files.log(member.name),
    onSpawn,
  });
}

function directoryOf(stack: Stack, { name }: StackMember): string {
  return join(stack.files.directory, name);
}

/** The environment of a member of ours, though Nginx itself reads none of it. */
function doorEnv(stack: Stack, member: StackMember): { [name: string]: string } {
  return {
    ...stack.state.givenEnv,
    ...givenEnv(process.env),
    ...memberEnv(member, { ...stack.settings, ...stack, directory: stack.files.directory }),
  };
}
