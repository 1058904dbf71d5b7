// The demo of solo mode, wired: the page at /demo of the first region, with the shop behind it.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../domain/config.ts';
import { Failure } from '../domain/errors.ts';
import { createEventSteps } from '../domain/event-steps.ts';
import type { UnitRunner } from '../domain/ports.ts';
import type { UnitCall } from '../domain/worker/unit-call.ts';
import { addDemoRoutes, type DemoStage, type ReportedDeed } from '../inbound/http-demo.ts';
import { reportAndFollow } from '../inbound/http-demo-steps.ts';
import type { HttpServer } from '../inbound/http-server.ts';
import { ticketOf } from '../wire/ticket.ts';
import type { Credentials } from './credentials.ts';
import { signToken } from './sign-token.ts';
import { readDemoFiles } from './solo-demo-files.ts';
import { createPost } from './solo-demo-post.ts';
import { soloHost as host } from './solo-ports.ts';
import type { SoloSettings } from './solo-settings.ts';

const source = '/demo-shop';
const slot = 'offers';
/** What the example app is told by the page. */
const types = ['user.login', 'category.viewed'];

const people = [
  { user: 'demo-ada', name: 'Ada', about: 'bakes bread' },
  { user: 'demo-ben', name: 'Ben', about: 'new in town' },
  { user: 'demo-mira', name: 'Mira', about: 'reads in tents' },
];
const categories = ['kitchen', 'reading', 'outdoors', 'home'];

/** Frankfurt to California and back, without a new connection. */
const farMs = 150;
const tokenTtlS = 900;
const maxWatched = 20;
const maxFar = 20;
const patienceMs = 4_000;

export type SoloDemo = ReturnType<typeof openSoloDemo>;

export function openSoloDemo(call: {
  settings: SoloSettings;
  config: Config;
  credentials: Credentials;
}) {
  const { settings, config, credentials } = call;
  const regions = settings.replicaPorts.map(({ region, port }) => ({
    ...{ name: region, url: `http://${host}:${port}` },
  }));
  const [home] = regions;
  const origin = home?.url ?? '';
  const stage: DemoStage = { people, categories, regions, farMs };
  const steps = createEventSteps({ elapsedMs: () => performance.now(), maxWatched });
  const far = createFarBackEnd();
  const post = createPost(call);
  const files = isExampleApp(config) ? readDemoFiles() : null;

  function report({ id, user, type, data }: ReportedDeed) {
    return reportAndFollow({
      ...{ regions: regions.map(({ name }) => name), patienceMs },
      watch: (onStep) => steps.watch(ticketOf(source, id), user, onStep),
      post: () => post({ source, id, type, subject: user, data }),
    });
  }

  function addRoutes(routes: HttpServer['routes']): void {
    if (files === null) return;
    addDemoRoutes(routes, {
      ...{ origin, files, stage, report, generateFarAway: far.generate },
      signToken: (user) => signToken(credentials, { user, ttlS: tokenTtlS }),
    });
  }

  return {
    /** `null` where the page would show nothing: other authors' code, or no page in this build. */
    url: files === null ? null : `${origin}/demo`,
    /** Whose pages read every region. */
    origins: files === null ? [] : [origin],
    steps,
    addRoutesOf: (region: string) => (region === home?.name ? addRoutes : undefined),
    aroundRunner(runner: UnitRunner): UnitRunner {
      far.useRunner(runner);
      return steps.aroundRunner(runner, far.remember);
    },
  };
}

function isExampleApp({ events, slots }: Config): boolean {
  const known = new Set(events.map(({ type }) => type));
  return types.every((type) => known.has(type)) && Object.hasOwn(slots, slot);
}

/**
 * A back end that makes content when it is asked, with the same generator, event and threads. Only
 * its distance is not real.
 */
function createFarBackEnd() {
  let runner: UnitRunner | null = null;
  /** One for each person on the stage. */
  const newest = new Map<string, UnitCall>();
  const users = new Set(people.map(({ user }) => user));
  let asked = 0;

  async function generate(user: string) {
    const call = newest.get(user);
    if (runner === null || call === undefined) return null;
    if (asked >= maxFar) throw new Failure('overloaded', 'Too many ask the far back end.');
    asked += 1;
    try {
      await sleep(farMs / 2);
      const beganMs = performance.now();
      const answer = await runner.run(call);
      const generatedInMs = performance.now() - beganMs;
      await sleep(farMs / 2);
      if (answer.kind === 'content') return { contentJson: answer.contentJson, generatedInMs };
      throw new Failure('unavailable', 'The generator made nothing.');
    } finally {
      asked -= 1;
    }
  }

  return {
    generate,
    useRunner(used: UnitRunner): void {
      runner = used;
    },
    remember(call: UnitCall): void {
      const { user } = call.event;
      if (call.unit.slot === slot && user !== null && users.has(user)) newest.set(user, call);
    },
  };
}
