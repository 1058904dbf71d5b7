// Producers that post at a steady pace, whatever they are answered, and remember all of it.

import { setTimeout as sleep } from 'node:timers/promises';

export type Post = {
  /** 0: no answer. */
  status: number;
  tookMs: number;
  /** The header as it came, or why there was no answer. */
  retryAfter: string | null;
  problem: string | null;
  startedAtMs: number;
};

export type ProducersOptions = {
  /** Of the doors; a producer that was not answered goes on to the next. */
  ingests: readonly string[];
  producerKey: string;
  /** Each posts one batch after another, for users of its own. */
  count: number;
  /** Events of a batch, each for another user. */
  batch: number;
  /** Of all of them together; late ones are not made up for. */
  eventsPerS: number;
  /** An answer later than this is none. */
  patienceMs: number;
};

/** Events of a user are numbered from 1. `offered` is the last that was posted. */
export type UserEvents = { offered: number; accepted: number[] };

export type Producers = {
  posts: readonly Post[];
  users: ReadonlyMap<string, UserEvents>;
  /** Resolves once the last answer is in. */
  stop(): Promise<void>;
};

export const eventIdOf = (user: string, number: number): string => `${user}-${number}`;

export function startProducers(options: ProducersOptions): Producers {
  const posts: Post[] = [];
  const users = new Map<string, UserEvents>();
  let isStopping = false;
  const pauseMs = (options.count * options.batch * 1000) / options.eventsPerS;

  async function produce(producer: number): Promise<void> {
    const own = Array.from({ length: options.batch }, (_, index) => `user-${producer}-${index}`);
    for (const user of own) users.set(user, { offered: 0, accepted: [] });
    let door = producer;
    await sleep(pauseMs * Math.random());
    while (!isStopping) {
      const startedAtMs = performance.now();
      const post = await postNext(own, options.ingests[door % options.ingests.length] as string);
      posts.push(post);
      if (post.status === 0) door += 1;
      const restMs = pauseMs - (performance.now() - startedAtMs);
      await sleep(Math.max(0, restMs));
    }
  }

  async function postNext(own: readonly string[], ingest: string): Promise<Post> {
    const numbers = own.map((user) => {
      const events = users.get(user) as UserEvents;
      events.offered += 1;
      return events.offered;
    });
    const post = await sendBatch(own, numbers, { ...options, ingest });
    if (post.status !== 202) return post;
    own.forEach((user, index) => {
      users.get(user)?.accepted.push(numbers[index] as number);
    });
    return post;
  }

  const running = Array.from({ length: options.count }, (_, index) => produce(index));
  return {
    posts,
    users,
    async stop() {
      isStopping = true;
      await Promise.all(running);
    },
  };
}

async function sendBatch(
  own: readonly string[],
  numbers: readonly number[],
  options: { ingest: string; producerKey: string; patienceMs: number },
): Promise<Post> {
  const body = JSON.stringify(
    own.map((user, index) => ({
      ...{ specversion: '1.0', source: '/shop', type: 'user.login', data: { device: 'web' } },
      ...{ id: eventIdOf(user, numbers[index] as number), subject: user },
    })),
  );
  const startedAtMs = performance.now();
  const ended = (answer: Pick<Post, 'status' | 'retryAfter' | 'problem'>): Post => ({
    ...answer,
    startedAtMs,
    tookMs: performance.now() - startedAtMs,
  });
  try {
    const response = await fetch(`${options.ingest}/v1/events`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${options.producerKey}`,
        'content-type': 'application/cloudevents-batch+json',
      },
      body,
      signal: AbortSignal.timeout(options.patienceMs),
    });
    const text = await response.text();
    const problem = response.status === 202 ? null : text;
    return ended({
      status: response.status,
      retryAfter: response.headers.get('retry-after'),
      problem,
    });
  } catch (error) {
    const { message, cause } = error as Error;
    return ended({ status: 0, retryAfter: null, problem: `${message}: ${String(cause)}` });
  }
}
