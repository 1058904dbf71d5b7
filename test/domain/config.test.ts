import { describe, expect, it } from 'vitest';
import {
  contentRequested,
  defineEvent,
  defineGenerator,
  defineReaction,
  type Generator,
} from '../../src/domain/authors.ts';
import { type Config, defineConfig } from '../../src/domain/config.ts';

const login = defineEvent({ type: 'user.login', schema: {} });
const generate = () => null;

function aGenerator(given: Partial<Generator> = {}): Generator {
  return { ...defineGenerator({ slot: 'offers', on: [login], generate }), ...given };
}

const valid: Config = {
  regions: ['eu', 'us-east-1'],
  events: [login],
  slots: { offers: { generic: null }, 'books.similar': { generic: [] } },
  generators: [
    aGenerator(),
    defineGenerator({ name: 'deals', slot: 'offers', for: 'everyone', everyMs: 1000, generate }),
  ],
  reactions: [defineReaction({ name: 'send-mail', on: [login], handle: () => {} })],
};

describe('defineConfig', () => {
  it('returns a configuration as it is', () => {
    expect(defineConfig(valid)).toBe(valid);
  });

  it('takes a generator on cold reads, whose event is not listed', () => {
    const onRequest = { ...valid, generators: [aGenerator({ on: ['content.requested'] })] };
    expect(defineConfig(onRequest)).toBe(onRequest);
  });

  it.each<[string, Partial<Config>, string]>([
    ['no region', { regions: [] }, 'regions: name at least one.'],
    ['a region in capitals', { regions: ['EU'] }, 'regions: "EU" must match'],
    ['a region that is two words of a key', { regions: ['eu.west'] }, 'regions: "eu.west" must'],
    ['a region that means all', { regions: ['all'] }, 'regions: "all" must'],
    ['a region twice', { regions: ['eu', 'eu'] }, 'regions: "eu" is there twice.'],
    [
      'an event of the platform',
      { events: [login, defineEvent({ type: 'beforehand.timer', schema: {} })] },
      'events: "beforehand.timer" is the platform\'s own.',
    ],
    [
      'the event of a cold read among the events',
      { events: [login, contentRequested] },
      'events: "content.requested" is the platform\'s own.',
    ],
    [
      'a generator for everyone on cold reads',
      { generators: [aGenerator({ audience: 'everyone', on: ['content.requested'] })] },
      'generators: "offers" is for everyone, but "content.requested" is about one user.',
    ],
    [
      'exact content for everyone',
      { generators: [aGenerator({ audience: 'everyone', previous: 'exact' })] },
      'generators: "offers" is for everyone: its previous cannot be exact.',
    ],
    [
      'exact content on cold reads',
      { generators: [aGenerator({ previous: 'exact', on: ['content.requested'] })] },
      'generators: "offers" is on "content.requested": its previous cannot be exact.',
    ],
    [
      'a reaction on cold reads',
      { reactions: [defineReaction({ name: 'mail', on: [contentRequested], handle: () => {} })] },
      'reactions: "mail" is on "content.requested", which is for generators only.',
    ],
    [
      'an event without type',
      { events: [login, defineEvent({ type: '', schema: {} })] },
      'events: "" is empty.',
    ],
    ['an event twice', { events: [login, login] }, 'events: "user.login" is there twice.'],
    [
      'a slot that cannot stand in a path',
      { slots: { ...valid.slots, 'a/b': { generic: null } } },
      'slots: "a/b" must match',
    ],
    [
      'a slot of 65 characters',
      { slots: { ...valid.slots, ['s'.repeat(65)]: { generic: null } } },
      `slots: "${'s'.repeat(65)}" must match`,
    ],
    [
      'a slot with a route of its own',
      { slots: { ...valid.slots, stream: { generic: null } } },
      'slots: "stream" must match',
    ],
    [
      'a generator of an unknown slot',
      { generators: [aGenerator({ slot: 'nowhere' })] },
      '"offers" fills slot "nowhere", which slots does not list.',
    ],
    [
      'a generator of an inherited slot',
      { generators: [aGenerator({ slot: 'constructor' })] },
      'fills slot "constructor", which slots does not list.',
    ],
    [
      'a generator on an unknown event',
      { generators: [aGenerator({ on: ['user.left'] })] },
      '"offers" is on "user.left", which events does not list.',
    ],
    [
      'a generator that never runs',
      { generators: [aGenerator({ on: [] })] },
      '"offers" never runs',
    ],
    [
      'a period for users',
      { generators: [aGenerator({ on: [], everyMs: 60_000 })] },
      '"offers" has everyMs: it needs for: \'everyone\' and at least 1000.',
    ],
    [
      'a period too short',
      { generators: [aGenerator({ on: [], audience: 'everyone', everyMs: 999 })] },
      '"offers" has everyMs: it needs',
    ],
    [
      'a period that is no number',
      { generators: [aGenerator({ on: [], audience: 'everyone', everyMs: Number.NaN })] },
      '"offers" has everyMs: it needs',
    ],
    [
      'a generator with events and a period',
      { generators: [aGenerator({ audience: 'everyone', everyMs: 1000 })] },
      '"offers" has on and everyMs: make two generators of it.',
    ],
    ['a name in capitals', { generators: [aGenerator({ name: 'Offers' })] }, '"Offers" is no name'],
    [
      'a deadline of nothing',
      { generators: [aGenerator({ deadlineMs: 0 })] },
      '"offers" needs a deadlineMs from 1 to 300000.',
    ],
    [
      'a deadline that a timer cannot keep',
      { generators: [aGenerator({ deadlineMs: 2 ** 31 })] },
      '"offers" needs a deadlineMs from 1 to 300000.',
    ],
    [
      'a deadline that is no number',
      { generators: [aGenerator({ deadlineMs: Number.NaN })] },
      '"offers" needs a deadlineMs',
    ],
    [
      'no concurrency',
      { generators: [aGenerator({ concurrency: 0 })] },
      '"offers" needs a concurrency of at least 1.',
    ],
    [
      'two units of one name',
      {
        reactions: [defineReaction({ name: 'offers', on: [login], handle: () => {} })],
      },
      'names of generators and reactions: "offers" is there twice.',
    ],
  ])('refuses %s', (_what, change, problem) => {
    expect(() => defineConfig({ ...valid, ...change })).toThrow(problem);
    expect(() => defineConfig({ ...valid, ...change })).toThrow('has 1 problem(s)');
  });

  it('lists everything that is wrong in one error', () => {
    const broken = { ...valid, regions: [], slots: {} };
    // No region, and two generators of a slot that is not there.
    expect(() => defineConfig(broken)).toThrow(/has 3 problem\(s\):(\n- .+){3}$/);
  });
});
