// What authors are given, at run time and in their editor. `npm run check` is what checks the types.

import { Type } from '@sinclair/typebox';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  defaultConcurrency,
  defaultDeadlineMs,
  defineEvent,
  defineGenerator,
  defineReaction,
  type TimerEvent,
} from '../../src/domain/authors.ts';
import type { Json } from '../../src/domain/json.ts';

const liked = defineEvent({
  type: 'book.liked',
  schema: Type.Object({ isbn: Type.String(), stars: Type.Optional(Type.Integer()) }),
});
const login = defineEvent({
  type: 'user.login',
  lane: 'bulk',
  fromClients: true,
  schema: Type.Object({ device: Type.Union([Type.Literal('web'), Type.Literal('phone')]) }),
});
const untyped = defineEvent({ type: 'raw', schema: { type: 'object' } });

describe('defineEvent', () => {
  it('is interactive and not for clients unless it says so', () => {
    expect(liked).toMatchObject({ type: 'book.liked', lane: 'interactive', fromClients: false });
    expect(login).toMatchObject({ type: 'user.login', lane: 'bulk', fromClients: true });
  });
});

describe('defineGenerator', () => {
  it('is named after its slot, for users, and has defaults', () => {
    const generate = () => undefined;
    expect(defineGenerator({ slot: 'books', on: [liked, login], generate })).toEqual({
      name: 'books',
      slot: 'books',
      on: ['book.liked', 'user.login'],
      audience: 'user',
      everyMs: null,
      deadlineMs: defaultDeadlineMs,
      concurrency: defaultConcurrency,
      coalesce: null,
      previous: null,
      only: null,
      reports: [],
      generate,
    });
  });

  it('keeps what it is given', () => {
    const given = { name: 'deals', slot: 'books', everyMs: 60_000, deadlineMs: 5, concurrency: 6 };
    const generator = defineGenerator({
      ...given,
      for: 'everyone',
      coalesce: 'latest',
      generate: () => null,
    });
    expect(generator).toMatchObject({ ...given, audience: 'everyone', coalesce: 'latest', on: [] });
  });

  it('types data from the schema', () => {
    defineGenerator({
      slot: 'books',
      on: [liked],
      generate({ event, previous, signal }) {
        expectTypeOf(event.data).toEqualTypeOf<{ isbn: string; stars?: number }>();
        expectTypeOf(event.type).toEqualTypeOf<'book.liked'>();
        expectTypeOf(event.acceptedAt).toEqualTypeOf<Date>();
        expectTypeOf(previous).toEqualTypeOf<Json>();
        expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
        return { content: event.data.isbn };
      },
    });
  });

  it('gives a union for several events, which the type tells apart', () => {
    defineGenerator({
      slot: 'books',
      on: [liked, login],
      coalesce: 'latest',
      generate({ event, earlier }) {
        expectTypeOf(earlier).toEqualTypeOf<readonly (typeof event)[]>();
        expectTypeOf(event.type).toEqualTypeOf<'book.liked' | 'user.login'>();
        if (event.type === 'user.login') {
          expectTypeOf(event.data.device).toEqualTypeOf<'web' | 'phone'>();
          return { content: event.data.device };
        }
        expectTypeOf(event.data.isbn).toEqualTypeOf<string>();
        return undefined;
      },
    });
  });

  it('gives the timer event to a generator without events', () => {
    defineGenerator({
      slot: 'books',
      for: 'everyone',
      everyMs: 60_000,
      generate({ event }) {
        expectTypeOf(event).toEqualTypeOf<TimerEvent>();
        return { content: event.data.generator };
      },
    });
  });

  it('types previous like the content it declares', () => {
    type Shelf = { isbns: string[]; note?: string };
    defineGenerator<[typeof liked], Shelf>({
      slot: 'books',
      on: [liked],
      generate({ event, previous }) {
        expectTypeOf(previous).toEqualTypeOf<Shelf | null>();
        return { content: { isbns: [...(previous?.isbns ?? []), event.data.isbn] } };
      },
    });
    defineGenerator<[typeof liked], Shelf>({
      slot: 'books',
      on: [liked],
      // @ts-expect-error This is no Shelf.
      generate: () => ({ content: { isbns: [1] } }),
    });
  });

  it('takes JSON only', () => {
    defineGenerator({
      slot: 'books',
      on: [liked],
      // @ts-expect-error A Map is no JSON.
      generate: ({ event }) => ({ content: new Map([[event.id, 1]]) }),
    });
  });

  it('is only for values that the data of each of its events may have', () => {
    const moved = defineEvent({
      type: 'moved',
      schema: Type.Object({ slot: Type.String(), to: Type.Object({ x: Type.Number() }) }),
    });
    const generate = () => null;
    const common = { slot: 'books', generate };
    const { only } = defineGenerator({ ...common, on: [liked], only: { isbn: '1', stars: 5 } });
    expect(only).toEqual({ isbn: '1', stars: 5 });
    // @ts-expect-error It has no such member.
    defineGenerator({ ...common, on: [liked], only: { title: 'Ulysses' } });
    // @ts-expect-error This is no number of stars.
    defineGenerator({ ...common, on: [liked], only: { stars: 'five' } });
    // @ts-expect-error A login has none.
    defineGenerator({ ...common, on: [liked, login], only: { isbn: '1' } });
    // @ts-expect-error Values that are no objects.
    defineReaction({ name: 'move', on: [moved], only: { to: { x: 1 } }, handle: () => {} });
  });

  it('leaves data unknown when the schema has no type', () => {
    defineGenerator({
      slot: 'books',
      on: [untyped],
      generate({ event }) {
        expectTypeOf(event.data).toEqualTypeOf<unknown>();
        return { content: null };
      },
    });
  });
});

describe('defineReaction', () => {
  it('has defaults, and types like a generator', () => {
    const reaction = defineReaction({
      name: 'index-book',
      on: [liked, login],
      handle({ event, idempotencyKey }) {
        expectTypeOf(event.type).toEqualTypeOf<'book.liked' | 'user.login'>();
        expectTypeOf(idempotencyKey).toEqualTypeOf<string>();
      },
    });
    expect(reaction).toMatchObject({
      name: 'index-book',
      on: ['book.liked', 'user.login'],
      deadlineMs: defaultDeadlineMs,
      concurrency: defaultConcurrency,
    });
  });
});
