// The services of the configuration, beside solo mode: they start with it and end with it.

import { dirname, join } from 'node:path';
import type { Service, Services } from '../domain/config-services.ts';
import { describeError } from '../domain/errors.ts';
import type { Observe } from '../domain/observation.ts';
import type { Child } from '../servers/child-process.ts';
import { findFreePort } from '../servers/free-ports.ts';
import { startService, stopService } from '../servers/service-process.ts';
import { credentialFiles } from './credentials.ts';
import {
  givenServiceUrls,
  type ServiceUrls,
  serviceEnv,
  serviceUrl,
  withoutLine,
} from './service-env.ts';
import { soloHost } from './solo-ports.ts';
import type { SoloSettings } from './solo-settings.ts';

export type SoloServices = {
  /** Of those that run, here or elsewhere. */
  urls: ServiceUrls;
  pids: readonly number[];
  /** A line for each that could not be started. */
  without: readonly string[];
};

export type SoloServicesCall = {
  settings: SoloSettings;
  configFile: string;
  services: Services;
  observe: Observe;
  /** Of those that end before they are told to, once each. */
  onNotice: (text: string) => void;
};

/**
 * `started` never rejects: the platform runs without what does not start. `stop` ends what runs, and
 * what is still being started.
 */
export function openSoloServices(call: SoloServicesCall): {
  started: Promise<SoloServices>;
  stop(): Promise<void>;
} {
  const { settings, services, observe, onNotice } = call;
  const given = givenServiceUrls(services, process.env);
  const ours = Object.entries(services).filter(([, { url }]) => given[url] === undefined);
  const starting = new Set<number>();
  const running = new Map<string, Child>();
  const urls: { [variable: string]: string } = { ...given };
  const without: string[] = [];
  let isStopping = false;

  async function start([name, service]: [string, Service]): Promise<void> {
    const started = await run(call, name, service, (pid) => {
      starting.add(pid);
      if (isStopping) kill(pid);
    }).catch((error: unknown) => ({ absent: describeError(error) }));
    if ('absent' in started) {
      const { absent } = started;
      observe({ kind: 'service_absent', service: name, reason: absent });
      without.push(withoutLine(name, absent));
      return;
    }
    running.set(name, started.child);
    starting.delete(started.child.process.pid);
    urls[service.url] = serviceUrl(started.port);
    void started.child.ended.then((how) => tellEnded(name, started.child, how));
  }

  async function tellEnded(name: string, child: Child, how: string): Promise<void> {
    if (isStopping) return;
    running.delete(name);
    observe({ kind: 'service_ended', service: name, how });
    onNotice(`${name} ${how} and is not started again; what needs it stays as it is`);
    // What it left behind, and what was tied to it.
    await stopService(child, { killAfterMs: settings.serviceKillAfterMs });
  }

  async function startAll(): Promise<SoloServices> {
    await Promise.all(ours.map(start));
    const pids = [...running.values()].map((child) => child.process.pid);
    return { urls, pids, without: without.toSorted() };
  }

  const started = startAll();
  return {
    started,
    async stop() {
      isStopping = true;
      starting.forEach(kill);
      await started;
      const killAfterMs = settings.serviceKillAfterMs;
      await Promise.all([...running.values()].map((child) => stopService(child, { killAfterMs })));
    },
  };
}

async function run(
  { settings, configFile }: SoloServicesCall,
  name: string,
  service: Service,
  onSpawn: (pid: number) => void,
) {
  const folder = join(settings.dataDir, 'services');
  const port = await findFreePort();
  const started = await startService({
    ...{ name, command: service.command, port, cwd: dirname(configFile), isTied: true, onSpawn },
    env: serviceEnv({
      ...{ owner: 'solo', name, service, port, dataDir: join(folder, name) },
      ingestUrl: `http://${soloHost}:${settings.ingestPort}`,
      keysFile: credentialFiles(settings.dataDir).producerKeys,
    }),
    logFile: join(folder, `${name}.log`),
    readyTimeoutMs: settings.serviceReadyTimeoutMs,
    killAfterMs: settings.serviceKillAfterMs,
  });
  return { ...started, port };
}

/** Of one that is not ready yet: whoever waits for it sees that it has ended. */
function kill(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
