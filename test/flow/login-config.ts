// Configurations of one event and two slots: a test gives what happens then.

import { defineEvent } from '../../src/domain/authors.ts';
import { type Config, defineConfig } from '../../src/domain/config.ts';

export const login = defineEvent({ type: 'user.login', schema: {} });

export function loginConfig(given: Pick<Config, 'generators'> & Partial<Config>): Config {
  return defineConfig({
    regions: ['eu'],
    events: [login],
    slots: { offers: { generic: null }, books: { generic: null } },
    reactions: [],
    ...given,
  });
}
