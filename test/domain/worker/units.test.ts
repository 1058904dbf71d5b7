import { Type } from '@sinclair/typebox';
import { describe, expect, it } from 'vitest';
import {
  contentRequested,
  defineEvent,
  defineGenerator,
  defineReaction,
  timerEventType,
} from '../../../src/domain/authors.ts';
import { defineConfig } from '../../../src/domain/config.ts';
import type { Json } from '../../../src/domain/json.ts';
import { createUnitFinder } from '../../../src/domain/worker/units.ts';
import { anEvent } from '../../fixtures/events.ts';

const login = defineEvent({ type: 'user.login', schema: {} });
const liked = defineEvent({ type: 'book.liked', schema: {} });
const rated = defineEvent({
  type: 'book.rated',
  schema: Type.Object({ isbn: Type.String(), stars: Type.Integer() }),
});
const generate = () => null;

const unitsOf = createUnitFinder(
  defineConfig({
    regions: ['eu'],
    events: [login, liked, rated],
    slots: { offers: { generic: null }, books: { generic: null } },
    generators: [
      defineGenerator({ slot: 'offers', on: [login], deadlineMs: 77, concurrency: 3, generate }),
      defineGenerator({
        slot: 'books',
        on: [login, liked, contentRequested],
        coalesce: 'latest',
        generate,
      }),
      defineGenerator({
        name: 'news',
        slot: 'offers',
        on: [login],
        for: 'everyone',
        generate,
      }),
      defineGenerator({
        ...{ name: 'rated', slot: 'books', on: [rated], generate },
        only: { isbn: '1', stars: 5 },
      }),
      defineGenerator({ name: 'hot', slot: 'books', for: 'everyone', everyMs: 5000, generate }),
    ],
    reactions: [
      defineReaction({ name: 'mail', on: [login], deadlineMs: 88, handle: () => {} }),
      defineReaction({ name: 'index', on: [liked], handle: () => {} }),
      defineReaction({ name: 'praise', on: [rated], only: { stars: 5 }, handle: () => {} }),
    ],
  }),
);

const namesOf = (given: Parameters<typeof anEvent>[0]) => {
  return unitsOf(anEvent(given)).map((unit) => unit.name);
};

describe('the units of an event', () => {
  it('are one for each generator and reaction that it concerns, sorted by name', () => {
    expect(unitsOf(anEvent({ id: 'e-1' }))).toEqual([
      {
        name: 'books',
        slot: 'books',
        deadlineMs: 1000,
        concurrency: 20,
        coalesce: true,
        exact: false,
      },
      { name: 'mail', slot: null, deadlineMs: 88, concurrency: 20, coalesce: false, exact: false },
      {
        name: 'offers',
        slot: 'offers',
        deadlineMs: 77,
        concurrency: 3,
        coalesce: false,
        exact: false,
      },
    ]);
    expect(namesOf({ id: 'e-2', type: 'book.liked' })).toEqual(['books', 'index']);
  });

  it('are those for everyone when the event is about nobody in particular', () => {
    expect(namesOf({ id: 'e-3', user: null })).toEqual(['mail', 'news']);
  });

  it('is the one generator whose period began', () => {
    const timer = { type: timerEventType, user: null };
    expect(namesOf({ id: 't-1', ...timer, data: { generator: 'hot' } })).toEqual(['hot']);
    expect(namesOf({ id: 't-2', ...timer, data: { generator: 'news' } })).toEqual([]);
    // No worker is given one like that, but the command line asks before it sends.
    expect(unitsOf({ ...anEvent({ id: 't-3', ...timer }), data: null })).toEqual([]);
  });

  it('are, for a cold read, the generators of that slot that are on it', () => {
    const cold = { type: contentRequested.type };
    expect(namesOf({ id: 'c-1', ...cold, data: { slot: 'books' } })).toEqual(['books']);
    expect(namesOf({ id: 'c-2', ...cold, data: { slot: 'offers' } })).toEqual([]);
    // Emptied, since its user was erased.
    expect(unitsOf({ ...anEvent({ id: 'c-3', ...cold }), data: null })).toEqual([]);
  });

  it('are only those that want what the data says', () => {
    const about = (id: string, data: Json) => namesOf({ id, type: 'book.rated', data });
    expect(about('r-1', { isbn: '1', stars: 5 })).toEqual(['praise', 'rated']);
    expect(about('r-2', { isbn: '2', stars: 5 })).toEqual(['praise']);
    expect(about('r-3', { isbn: '1', stars: 4 })).toEqual([]);
    expect(about('r-4', { isbn: '1', stars: '5' })).toEqual([]);
    expect(about('r-5', 'five stars')).toEqual([]);
    // Emptied, since its user was erased.
    expect(unitsOf({ ...anEvent({ id: 'r-6', type: 'book.rated' }), data: null })).toEqual([]);
  });

  it('are none for an event that concerns nobody', () => {
    expect(namesOf({ id: 'e-4', type: 'user.left' })).toEqual([]);
  });
});
