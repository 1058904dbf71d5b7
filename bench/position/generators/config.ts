// What the installation does that suite `position` measures.

import { defineConfig } from '../../../src/domain/config.ts';
import { userLoggedIn } from './events.ts';
import { offersAtLogin } from './offers.ts';

export const config = defineConfig({
  regions: ['eu', 'us', 'ap'],
  events: [userLoggedIn],
  slots: { offers: { generic: { items: [] } } },
  generators: [offersAtLogin],
  reactions: [],
});
