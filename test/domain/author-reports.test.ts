// What authors may report, in their editor. `npm run check` is what checks the types.

import { Type } from '@sinclair/typebox';
import { describe, expect, it } from 'vitest';
import { defineEvent, defineGenerator, defineReaction } from '../../src/domain/authors.ts';

const liked = defineEvent({ type: 'book.liked', schema: Type.Object({ isbn: Type.String() }) });
const login = defineEvent({
  type: 'user.login',
  schema: Type.Object({ device: Type.Union([Type.Literal('web'), Type.Literal('phone')]) }),
});
const untyped = defineEvent({ type: 'raw', schema: { type: 'object' } });

describe('reports', () => {
  const common = { on: [untyped], reports: [liked, login] };

  it('are kept by name, and type what may be reported', () => {
    const generator = defineGenerator({
      slot: 'books',
      ...common,
      generate({ event }) {
        const events = [{ type: login, user: event.user, data: { device: 'web' as const } }];
        return event.id === '' ? { events } : { content: null, events };
      },
    });
    const reaction = defineReaction({
      name: 'tell',
      ...common,
      async handle({ event, signal }) {
        if (signal.aborted) return undefined;
        return { events: [{ type: liked, user: null, data: { isbn: event.id } }] };
      },
    });
    expect(generator.reports).toEqual(['book.liked', 'user.login']);
    expect(reaction.reports).toEqual(generator.reports);
  });

  it('refuse another type, other data and no user', () => {
    defineReaction({
      name: 'tell',
      on: [untyped],
      reports: [liked],
      // @ts-expect-error It does not report this type.
      handle: () => ({ events: [{ type: login, user: 'bob', data: { device: 'web' } }] }),
    });
    defineReaction({
      name: 'tell',
      ...common,
      // @ts-expect-error This is the data of the other type.
      handle: () => ({ events: [{ type: liked, user: 'bob', data: { device: 'web' } }] }),
    });
    defineGenerator({
      slot: 'books',
      ...common,
      // @ts-expect-error Whom is it about?
      generate: () => ({ events: [{ type: liked, data: { isbn: '1' } }] }),
    });
    defineGenerator({
      slot: 'books',
      on: [untyped],
      // @ts-expect-error It reports nothing.
      generate: () => ({ events: [{ type: liked, user: 'bob', data: { isbn: '1' } }] }),
    });
  });
});
