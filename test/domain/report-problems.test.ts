import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  defineEvent,
  defineGenerator,
  defineReaction,
  type Generator,
  type Reaction,
} from '../../src/domain/authors.ts';
import { type Config, defineConfig } from '../../src/domain/config.ts';

const login = defineEvent({ type: 'user.login', schema: {} });

function aGenerator(given: Partial<Generator> = {}): Generator {
  const generate = () => null;
  return { ...defineGenerator({ slot: 'offers', on: [login], generate }), ...given };
}

function aReaction(name: string, on: string[], reports: string[]): Reaction {
  return { ...defineReaction({ name, on: [login], handle: () => {} }), on, reports };
}

const valid: Config = {
  regions: ['eu'],
  events: [login],
  slots: { offers: { generic: null } },
  generators: [aGenerator()],
  reactions: [],
};

describe('what generators and reactions may report', () => {
  it.each<[string, Partial<Config>, string]>([
    [
      'a report of an unknown event',
      { generators: [aGenerator({ reports: ['user.left'] })] },
      '"offers" reports "user.left", which events does not list.',
    ],
    [
      'a report on cold reads',
      { generators: [aGenerator({ on: ['content.requested'], reports: ['user.login'] })] },
      '"offers" reports events, so it cannot be on "content.requested": readers would cause them.',
    ],
    [
      'an event that leads to itself at once',
      { generators: [aGenerator({ reports: ['user.login'] })] },
      'no event may lead to itself, as here: user.login → (offers) user.login.',
    ],
    [
      'an event that leads to itself by way of others',
      {
        events: [login, ...['a', 'b', 'c'].map((type) => defineEvent({ type, schema: {} }))],
        generators: [aGenerator({ reports: ['a', 'b'] })],
        reactions: [
          aReaction('first', ['a'], ['b']),
          aReaction('second', ['b'], ['c']),
          aReaction('third', ['c'], ['b']),
        ],
      },
      'as here: b → (second) c → (third) b.',
    ],
  ])('is refused: %s', (_what, change, problem) => {
    expect(() => defineConfig({ ...valid, ...change })).toThrow(problem);
    expect(() => defineConfig({ ...valid, ...change })).toThrow('has 1 problem(s)');
  });

  it('takes any reports without a cycle, and none with one', () => {
    const types = ['a', 'b', 'c', 'd', 'e'];
    const link = fc.tuple(fc.constantFrom(...types), fc.constantFrom(...types));
    fc.assert(
      fc.property(fc.array(link, { maxLength: 10 }), (links) => {
        const config = {
          ...valid,
          events: [login, ...types.map((type) => defineEvent({ type, schema: {} }))],
          reactions: links.map(([on, to], index) => aReaction(`r${index}`, [on], [to])),
        };
        // Take away, again and again, whatever nothing leads to: a cycle is what cannot be taken.
        let left = links;
        for (let before = -1; before !== left.length; ) {
          before = left.length;
          left = left.filter(([on]) => left.some(([, to]) => to === on));
        }
        if (left.length === 0) expect(defineConfig(config)).toBe(config);
        else expect(() => defineConfig(config)).toThrow('no event may lead to itself');
      }),
    );
  });
});
