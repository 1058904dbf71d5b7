// What the installation does that suite `edge` measures.

import { defineConfig } from '../../../src/domain/config.ts';
import { userLoggedIn } from './events.ts';
import { offersAtLogin, offersAtRead } from './offers.ts';

export const config = defineConfig({
  regions: ['eu', 'us'],
  events: [userLoggedIn],
  slots: { offers: { generic: { headline: 'Our classics' } } },
  generators: [offersAtLogin, offersAtRead],
  reactions: [],
});
