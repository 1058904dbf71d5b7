// Many events under way while what they need is away: they wait, and are settled when it is back.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defineGenerator } from '../../src/domain/authors.ts';
import { Failure } from '../../src/domain/errors.ts';
import type { WorkerParts } from '../../src/main/start-worker.ts';
import { anEvent } from '../fixtures/events.ts';
import { login, loginConfig } from './login-config.ts';
import { everyLinks, openFlow } from './open-flow.ts';

const events = Array.from({ length: 40 }, (_, at) => anEvent({ id: `e${at}`, user: `user-${at}` }));
const warnings: string[] = [];
const warn = ({ name, message }: Error) => void warnings.push(`${name}: ${message}`);

beforeEach(() => {
  warnings.length = 0;
  process.on('warning', warn);
});
afterEach(() => void process.off('warning', warn));

describe.each(everyLinks)('events under way, on %s', (_name, links) => {
  it.each(['the store is away', 'each delivery fails'] as const)(
    'wait while %s, which nobody is warned of as of a leak',
    async (why) => {
      let isAway = true;
      let asked = 0;
      const away = (parts: WorkerParts): WorkerParts => {
        const check = (reason: typeof why) => {
          if (reason !== why || !isAway) return;
          asked += 1;
          throw new Failure('unavailable', 'It is away.');
        };
        return {
          ...parts,
          store: {
            ...parts.store,
            async park(...call) {
              check('the store is away');
              return parts.store.park(...call);
            },
          },
          events: {
            consume: (handler) =>
              parts.events.consume(async (event, delivery) => {
                check('each delivery fails');
                await handler(event, delivery);
              }),
          },
        };
      };
      const config = loginConfig({
        generators: [
          defineGenerator({
            ...{ slot: 'offers', on: [login], concurrency: events.length },
            generate() {
              if (isAway) throw new Error('What fails is parked.');
              return { content: 1 };
            },
          }),
        ],
      });
      const flow = await openFlow(await links(), { config, disturb: away });
      await flow.publish(events);
      await expect.poll(() => asked).toBeGreaterThan(events.length);
      isAway = false;
      for (const { ticket } of events) {
        await expect.poll(() => flow.outcomesOf(ticket), { timeout: 20_000 }).not.toEqual([]);
      }
      await flow.close();
      expect(warnings).toEqual([]);
    },
    60_000,
  );
});
