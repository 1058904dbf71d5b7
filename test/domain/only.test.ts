import { Type } from '@sinclair/typebox';
import { describe, expect, it } from 'vitest';
import { defineEvent, defineGenerator, defineReaction } from '../../src/domain/authors.ts';
import { type Config, defineConfig } from '../../src/domain/config.ts';

const seen = defineEvent({ type: 'content.seen', schema: Type.Object({ slot: Type.String() }) });
const open = defineEvent({ type: 'raw', schema: { type: 'object' } });
const handle = () => {};
const wanting = defineReaction({ name: 'tell', on: [seen], only: { slot: 'books' }, handle });

const valid: Config = {
  regions: ['eu'],
  events: [seen, open],
  slots: { books: { generic: null } },
  generators: [],
  reactions: [wanting],
};

describe('only', () => {
  it('may name what the schema has, and anything where the schema says nothing of it', () => {
    const anything = { ...wanting, name: 'other', on: ['raw'], only: { whatever: 1 } };
    expect(() => defineConfig({ ...valid, reactions: [wanting, anything] })).not.toThrow();
  });

  it('stops the start when no event could ever match', () => {
    const reactions = [{ ...wanting, only: { slott: 'books' } }];
    expect(() => defineConfig({ ...valid, reactions })).toThrow(
      '"tell" is only for some "content.seen" by "slott", which its data has not: slot.',
    );
  });

  it('is nothing for what runs by the clock', () => {
    const clock = defineGenerator({
      ...{ name: 'clock', slot: 'books', for: 'everyone', everyMs: 1_000 },
      generate: () => null,
    });
    const generators = [{ ...clock, only: { slot: 'books' } }];
    expect(() => defineConfig({ ...valid, generators })).toThrow(
      '"clock" has only, so it needs on.',
    );
  });
});
