// What the installation does that suite `isolation` measures: it is poisoned if an event says so.

import { Type } from '@sinclair/typebox';
import { defineEvent, defineGenerator } from '../../../src/domain/authors.ts';
import { defineConfig } from '../../../src/domain/config.ts';
import { type Poison, poisonNames, poisons } from '../../../test/fixtures/poisons.ts';
import { loginData } from '../../position/generators/events.ts';
import { offersOf } from '../../position/generators/offers.ts';
import { type } from '../../position/login.ts';

const poison = Type.Optional(Type.Unsafe<Poison>({ enum: [...poisonNames] }));

const userLoggedIn = defineEvent({
  type,
  schema: Type.Object({ ...loginData, poison }, { additionalProperties: false }),
});

const offersAtLogin = defineGenerator<[typeof userLoggedIn], unknown>({
  ...{ slot: 'offers', on: [userLoggedIn], deadlineMs: 250 },
  async generate({ event }) {
    const { poison } = event.data;
    return { content: poison === undefined ? offersOf(event) : await poisons[poison]() };
  },
});

export const config = defineConfig({
  regions: ['eu', 'us', 'ap'],
  events: [userLoggedIn],
  slots: { offers: { generic: { items: [] } } },
  generators: [offersAtLogin],
  reactions: [],
});
