// How the stack starts what clients talk to: the Nginx of each unit, and a region's balancer.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { reloadNginx } from '../servers/nginx-reload.ts';
import { type LaunchNginx, startNginxServer } from '../servers/nginx-server.ts';
import { portAnswers } from '../servers/port-answers.ts';
import type { RunningProcess } from '../servers/running-process.ts';
import { setSessionNiceness } from '../servers/session-niceness.ts';
import { ensureNginx, ensureNginxJs } from '../servers/system-packages.ts';
import { isRoot } from '../servers/system-user.ts';
import { renderBalancerConfig, writeUnits } from './balancer-config.ts';
import { nginxSettings } from './nginx-settings.ts';
import { startRegionNginx } from './region-nginx.ts';
import { replicaLimits, replicaSettings } from './replica-settings.ts';
import { readSettings } from './settings.ts';
import type { Stack } from './stack-context.ts';
import { pageEnv } from './stack-page.ts';
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

export async function startNginx(
  stack: Stack,
  member: StackMember,
  onSpawn: OnSpawn,
  launch: LaunchNginx = startNginxServer,
) {
  const env = doorEnv(stack, member);
  const { replicaSocket, positionsDir, genericMaxAgeS, ...tokens } = readSettings(
    sharedSettings,
    env,
  );
  const { port } = member;
  const jsModule = ensureNginxJs(stack.say);
  const { hasPage = false } = stack.state;
  await startRegionNginx({
    ...partsOf(stack, member),
    places: { port, replicaSocket, positionsDir, tokens, genericMaxAgeS, jsModule, hasPage },
    limits: readSettings(nginxSettings, env),
    ...{ onSpawn, launch },
  });
}

export async function startBalancer(
  stack: Stack,
  member: StackMember,
  onSpawn: OnSpawn,
  launch: LaunchNginx = startNginxServer,
) {
  const { port, region } = member;
  const units = stack.state.members.filter((it) => it.kind === 'nginx' && it.region === region);
  const parts = partsOf(stack, member);
  mkdirSync(parts.directory, { recursive: true });
  const addresses = units.map((unit) => `127.0.0.1:${unit.port}`);
  const files = writeUnits(parts.directory, addresses);
  const settings = readSettings(nginxSettings, doorEnv(stack, member));
  await launch({
    ...parts,
    config: renderBalancerConfig({ port, jsModule: ensureNginxJs(stack.say), ...files }, settings),
    isReady: () => portAnswers(port),
    onSpawn(pid) {
      setSessionNiceness(pid, settings.niceness);
      onSpawn(pid);
    },
  });
}

/**
 * A region's clients have one address, and nobody else answers there: its door takes up the settings
 * of now without closing it.
 */
export async function reloadDoor(stack: Stack, member: StackMember): Promise<void> {
  const masters = [...member.processes];
  const reload: LaunchNginx = (options) => reloadNginx(masters.shift() as RunningProcess, options);
  const start = member.kind === 'balancer' ? startBalancer : startNginx;
  await start(stack, member, () => {}, reload);
}

function partsOf(stack: Stack, { name }: StackMember) {
  return {
    directory: join(stack.files.directory, name),
    program: ensureNginx(stack.say),
    logFile: stack.files.log(name),
  };
}

/**
 * Here a door has no machine of its own, and whatever else runs must not keep readers waiting. Not
 * everybody may say so.
 */
const serveFirst = isRoot() ? { BEFOREHAND_NGINX_NICENESS: '-15' } : {};

/** The environment of a member of ours, though Nginx itself reads none of it. */
function doorEnv(stack: Stack, member: StackMember): { [name: string]: string } {
  return {
    ...serveFirst,
    ...pageEnv(member, stack.state),
    ...stack.state.givenEnv,
    ...givenEnv(process.env),
    ...memberEnv(member, { ...stack.settings, ...stack, directory: stack.files.directory }),
  };
}
