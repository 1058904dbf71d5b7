// Reads that wait for an event, through everything that is real: they end with it, whatever became
// of it.
//
// Method: a read that waits for nobody's event is opened first and ends when its time is up. Had the
// other one not been woken, it would end after it.

import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineEvent, defineGenerator } from '../../src/domain/authors.ts';
import { defineConfig } from '../../src/domain/config.ts';
import { ticketOf } from '../../src/wire/ticket.ts';
import { bearer, sign } from '../nginx/client-tokens.ts';
import { openRegion, source, type TestRegion } from './open-region.ts';

/** Every one of them takes any data. */
const types = {
  login: defineEvent({ type: 'login', schema: {} }),
  /** Its content is made once the gate is open. */
  slow: defineEvent({ type: 'slow', schema: {} }),
  /** It fails at once, and for the last time when the gate is open. */
  failing: defineEvent({ type: 'failing', schema: {} }),
  /** Nobody makes anything of it. */
  unheard: defineEvent({ type: 'unheard', schema: {} }),
};

let gate = newGate();
function newGate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened, calls: 0 };
}

const config = defineConfig({
  regions: ['eu'],
  events: Object.values(types),
  slots: { offers: { generic: 'for everyone' } },
  generators: [
    defineGenerator({
      ...{ name: 'at-login', slot: 'offers', on: [types.login] },
      generate: ({ event }) => ({ content: event.id }),
    }),
    defineGenerator({
      ...{ name: 'slowly', slot: 'offers', on: [types.slow], deadlineMs: 60_000 },
      async generate({ event }) {
        gate.calls += 1;
        await gate.opened;
        return { content: event.id };
      },
    }),
    defineGenerator({
      ...{ name: 'never', slot: 'offers', on: [types.failing], deadlineMs: 60_000 },
      async generate() {
        gate.calls += 1;
        if (gate.calls === 4) await gate.opened;
        throw new Error('There is nothing to offer.');
      },
    }),
  ],
  reactions: [],
});

let region: TestRegion;
const openAs = (env: { [name: string]: string }) => {
  beforeAll(async () => {
    region = await openRegion(config, env);
  });
  afterAll(() => region.stop());
};

let users = 0;
/** Somebody of whom nothing is known, and the names of two events. */
function fresh() {
  users += 1;
  gate = newGate();
  return { user: `user-${users}`, id: `event-${users}`, earlier: `earlier-${users}` };
}

async function read(user: string, ticket: string): Promise<unknown> {
  const url = new URL(`/v1/content/me?after=${ticket}&wait=2000`, region.url);
  const answer = await fetch(url, { headers: bearer(await sign({ sub: user })) });
  expect(answer.status).toBe(200);
  const document = (await answer.json()) as { slots: { offers: { content: unknown } } };
  return document.slots.offers.content;
}

/** What is read after `id`, while the event is settled by `settle`. */
async function readWhile(user: string, id: string, settle: () => Promise<unknown>) {
  let isFirst = true;
  const other = read(user, 'nobody-has-this-ticket').then(() => {
    isFirst = false;
  });
  // The other one's time is up first.
  await delay(100);
  const reading = read(user, ticketOf(source, id)).then((content) => ({ content, isFirst }));
  await settle();
  const result = await reading;
  await other;
  return { ...result, outcomes: region.outcomesOf(ticketOf(source, id)) };
}

/** A machine that is asleep for seconds may end all waits at once: that says nothing. */
const lenient = { retry: 3, timeout: 60_000 };

describe('a read that waits for an event', lenient, () => {
  openAs({});

  it('ends with its content', async () => {
    const { user, id } = fresh();
    expect(await readWhile(user, id, () => region.post({ id, type: 'login', user }))).toEqual({
      content: id,
      isFirst: true,
      outcomes: ['stored'],
    });
  });

  it('ends when the event is ignored', async () => {
    const { user, id } = fresh();
    expect(await readWhile(user, id, () => region.post({ id, type: 'unheard', user }))).toEqual({
      content: 'for everyone',
      isFirst: true,
      outcomes: ['ignored'],
    });
  });

  it('ends with newer content when the event is superseded', async () => {
    const { user, id, earlier } = fresh();
    await region.post({ id: earlier, type: 'slow', user });
    await expect.poll(() => gate.calls).toBe(1);
    await region.post({ id, type: 'login', user });
    await expect.poll(() => read(user, ticketOf(source, id))).toBe(id);
    expect(await readWhile(user, earlier, async () => gate.open())).toEqual({
      ...{ content: id, isFirst: true, outcomes: ['superseded'] },
    });
  });

  it('ends with what was there before when the event is dead', async () => {
    const { user, id, earlier } = fresh();
    await region.post({ id: earlier, type: 'login', user });
    await expect.poll(() => read(user, ticketOf(source, earlier))).toBe(earlier);
    await region.post({ id, type: 'failing', user });
    await expect.poll(() => gate.calls).toBe(4);
    expect(await readWhile(user, id, async () => gate.open())).toEqual({
      ...{ content: earlier, isFirst: true, outcomes: ['dead'] },
    });
  });
});

describe('a read that waits for an event of which the replica remembers nothing', lenient, () => {
  openAs({ BEFOREHAND_REPLICA_REMEMBER_TICKETS_MS: '0' });

  /** Again and again, because nobody can see whether the read waits already. */
  async function postUntilRead(user: string, id: string, data: object) {
    const posting = new AbortController();
    const post = async () => {
      while (!posting.signal.aborted) {
        await region.post({ id, type: 'login', user, data });
        await delay(50);
      }
    };
    let posted = Promise.resolve();
    try {
      return await readWhile(user, id, async () => {
        posted = post();
      });
    } finally {
      posting.abort();
      await posted;
    }
  }

  it('ends when the event is posted again', async () => {
    const { user, id } = fresh();
    await region.post({ id, type: 'login', user });
    await expect.poll(() => region.outcomesOf(ticketOf(source, id))).toEqual(['stored']);
    const { outcomes, ...result } = await postUntilRead(user, id, {});
    expect(result).toEqual({ content: id, isFirst: true });
    expect(new Set(outcomes)).toEqual(new Set(['stored', 'duplicate']));
  });

  it('ends when its name is given to another event', async () => {
    const { user, id } = fresh();
    await region.post({ id, type: 'login', user });
    await expect.poll(() => region.outcomesOf(ticketOf(source, id))).toEqual(['stored']);
    const { outcomes, ...result } = await postUntilRead(user, id, { is: 'other data' });
    expect(result).toEqual({ content: id, isFirst: true });
    expect(new Set(outcomes)).toEqual(new Set(['stored', 'dead']));
  });
});
