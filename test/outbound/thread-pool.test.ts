import { setTimeout as sleep } from 'node:timers/promises';
import { BroadcastChannel } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { isUnavailable } from '../../src/domain/errors.ts';
import type { Observation } from '../../src/domain/observation.ts';
import {
  createThreadPool,
  type ThreadPool,
  type ThreadPoolOptions,
} from '../../src/outbound/thread-pool.ts';
import { plainProgram } from '../../src/outbound/thread-program.ts';
import { callOf } from '../contract/unit-runner-call.ts';

const observed: Observation[] = [];
const pools: ThreadPool[] = [];
afterEach(async () => {
  delete process.env.TEST_BOOT_FAILS;
  for (const pool of pools.splice(0)) await pool.close();
  observed.length = 0;
});

async function open(options: Partial<ThreadPoolOptions> = {}): Promise<ThreadPool> {
  const pool = createThreadPool({
    configUrl: new URL('./thread-boot-config.ts', import.meta.url).href,
    program: plainProgram,
    observe: (observation) => observed.push(observation),
    ...{ minThreads: 1, maxThreads: 1, unitsPerThread: 50, maxWaiting: 100 },
    ...{ startTimeoutMs: 30_000, resourceLimits: {}, niceness: 0 },
    ...options,
  });
  pools.push(pool);
  await pool.warmUp();
  return pool;
}

/** Resolves when an author says so, whose thread may be deaf by then. */
const begun = () =>
  expect
    .poll(() => observed.find(({ kind }) => kind === 'unit_logged'))
    .toMatchObject({ message: 'begun' });

function letGo(): void {
  const channel = new BroadcastChannel('let-go');
  channel.postMessage('');
  channel.close();
}

const losses = () => observed.filter(({ kind }) => kind === 'thread_lost').length;

describe('a pool of threads', { timeout: 60_000 }, () => {
  it('takes back from a deaf thread what that has not begun', async () => {
    const pool = await open({ minThreads: 2, maxThreads: 2 });
    const loop = pool.run(callOf('infinite-loop', { deadlineMs: 1_000 }));
    await begun();
    const others = Array.from({ length: 60 }, () => pool.run(callOf('echo')));
    const whichEnds = Promise.race([loop, Promise.all(others).then(() => 'the others')]);
    expect(await whichEnds).toBe('the others');
    for (const other of others) expect(await other).toMatchObject({ kind: 'content' });
    expect(await loop).toMatchObject({ kind: 'lost', isFirst: true, isDeaf: true });
  });

  it('lets another thread stand in for a deaf one, long before that is given up', async () => {
    const pool = await open();
    const loop = pool.run(callOf('infinite-loop', { deadlineMs: 30_000 }));
    await begun();
    const others = Array.from({ length: 60 }, () => pool.run(callOf('echo')));
    const whichEnds = Promise.race([loop, Promise.all(others).then(() => 'the others')]);
    expect(await whichEnds).toBe('the others');
    await pool.close();
    expect(await loop).toMatchObject({ kind: 'lost' });
  });

  it('goes back to a thread that stood still, and gives its stand-in nothing', async () => {
    const pool = await open();
    const blocking = pool.run(callOf('blocks-until-let-go', { deadlineMs: 30_000 }));
    await begun();
    const ofStandIn = await pool.run(callOf('counts'));
    letGo();
    await blocking;
    const others = Array.from({ length: 3 }, () => pool.run(callOf('counts')));
    const answers = [ofStandIn, ...(await Promise.all(others))];
    const counts = answers.map((answer) => 'contentJson' in answer && answer.contentJson);
    expect(counts).toEqual(['1', '1', '2', '3']);
  });

  it.each([
    ['a deaf thread', 'infinite-loop', 300, true],
    ['a thread that died', 'out-of-memory', 10_000, false],
  ])('loses to %s only the units whose code had begun', async (_, lethal, deadlineMs, isDeaf) => {
    const pool = await open({ resourceLimits: { maxOldGenerationSizeMb: 64 } });
    const units = ['echo', lethal, 'echo'].map((name) => pool.run(callOf(name, { deadlineMs })));
    const [, lost, behind] = await Promise.all(units);
    expect(lost).toMatchObject({ kind: 'lost', isFirst: false, isDeaf });
    expect(behind).toMatchObject({ kind: 'content' });
  });

  it('has answers before what may end the thread begins, once something did', async () => {
    const pool = await open();
    await pool.run(callOf('infinite-loop', { deadlineMs: 300 }));
    const units = ['echo', 'infinite-loop'].map((name) =>
      pool.run(callOf(name, { deadlineMs: 300 })),
    );
    expect((await Promise.all(units)).map(({ kind }) => kind)).toEqual(['content', 'lost']);
  });

  it('gives a thread up that begins with nothing for too long', async () => {
    const pool = await open({ startTimeoutMs: 5_000 });
    await pool.run(callOf('loops-later'));
    expect(await pool.run(callOf('echo'))).toMatchObject({ kind: 'content' });
    await expect.poll(losses, { timeout: 30_000 }).toBe(1);
  });

  it('runs a unit once that its thread comes to after all', async () => {
    const pool = await open();
    // Nobody stands in for it.
    process.env.TEST_BOOT_FAILS = 'yes';
    const units = ['blocks-a-while', 'counts', 'counts'].map((name) => pool.run(callOf(name)));
    const answers = await Promise.all([...units, pool.run(callOf('counts'))]);
    const contents = answers.map((answer) => 'contentJson' in answer && answer.contentJson);
    expect(contents).toEqual(['"too late"', '1', '2', '3']);
  });

  it('runs interactive units before bulk ones that came earlier', async () => {
    const pool = await open({ unitsPerThread: 1 });
    const order: string[] = [];
    const run = (id: string, lane: 'interactive' | 'bulk') =>
      pool.run(callOf('echo', { event: { id, lane } })).then(() => order.push(id));
    const first = pool.run(callOf('held'));
    await begun();
    const bulk = [run('b1', 'bulk'), run('b2', 'bulk')];
    // A turn of the event loop, at whose end the pool looks for places.
    await new Promise(setImmediate);
    const interactive = [run('i1', 'interactive'), run('i2', 'interactive')];
    letGo();
    await Promise.all([first, ...bulk, ...interactive]);
    expect(order).toEqual(['i1', 'i2', 'b1', 'b2']);
  });

  it('replaces a thread that died while booting, whether or not somebody needs it', async () => {
    const pool = await open();
    process.env.TEST_BOOT_FAILS = 'yes';
    expect(await pool.run(callOf('ends-its-thread'))).toMatchObject({
      kind: 'lost',
      isDeaf: false,
    });
    await expect.poll(losses, { timeout: 30_000 }).toBeGreaterThanOrEqual(2);
    await expect(pool.run(callOf('echo'))).rejects.toSatisfy(isUnavailable);
    delete process.env.TEST_BOOT_FAILS;
    const kind = () =>
      pool.run(callOf('echo')).then(
        (answer) => answer.kind,
        () => 'refused',
      );
    await expect.poll(kind, { timeout: 30_000 }).toBe('content');
  });

  it('hears what a thread has answered before it takes it for deaf', async () => {
    const pool = await open();
    const answer = pool.run(callOf('held', { deadlineMs: 1_000 }));
    await begun();
    // The pool has looked at it once more when this has passed.
    await sleep(100);
    // From here on timers come before messages.
    await new Promise((resolve) => setImmediate(resolve));
    letGo();
    const untilMs = performance.now() + 2_500;
    while (performance.now() < untilMs);
    expect(await answer).toMatchObject({ kind: 'content' });
    expect(losses()).toBe(0);
  });

  it('answers for a call that no thread can be told', async () => {
    const pool = await open();
    const untold = callOf('echo', { event: { data: (() => {}) as never } });
    const units = [callOf('echo'), untold, callOf('echo')].map((call) => pool.run(call));
    const kinds = (await Promise.all(units)).map(({ kind }) => kind);
    expect(kinds).toEqual(['content', 'failed', 'content']);
  });
});
