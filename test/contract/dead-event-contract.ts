// What every way of dead events to the workers must do.

import { describe, expect, it } from 'vitest';
import type { EventConsumer, EventPublisher } from '../../src/domain/ports.ts';
import type { DeadEvent, DeadEventConsumer } from '../../src/domain/worker/dead-events.ts';
import { acceptedEvent } from './event-queue-contract.ts';

export type OpenedDeadEvents = {
  publisher: EventPublisher;
  openConsumer(): EventConsumer & DeadEventConsumer;
};

/** `open` gives empty queues for each test. */
export function deadEventContract(name: string, open: () => Promise<OpenedDeadEvents>): void {
  const never = async () => {
    throw new Error('never');
  };

  describe(`dead events: ${name}`, () => {
    it('hands over an event that was never done, once, and delivers it no more', async () => {
      const { publisher, openConsumer } = await open();
      let deliveries = 0;
      const consuming = await openConsumer().consume(async () => {
        deliveries += 1;
        return never();
      });
      const dead: DeadEvent[] = [];
      const burying = await openConsumer().consumeDeadEvents(async (it) => void dead.push(it));
      const event = acceptedEvent('e1', { data: { text: 'Ü' } });
      await publisher.publish([event]);
      await expect.poll(() => dead).toMatchObject([{ event, error: expect.any(String) }]);
      expect(deliveries).toBe(21);
      const { body } = dead[0] as DeadEvent;
      expect(body.sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(Buffer.from(body.base64, 'base64')).toHaveLength(body.bytes);
      // What comes behind it shows that it is not delivered again.
      await publisher.publish([acceptedEvent('e2')]);
      await expect.poll(() => dead.map((it) => it.event?.id)).toEqual(['e1', 'e2']);
      await Promise.all([consuming.stop(), burying.stop()]);
    });

    it('delivers a dead event again as often as its handler rejects', async () => {
      const { publisher, openConsumer } = await open();
      const consuming = await openConsumer().consume(never);
      let attempts = 0;
      const burying = await openConsumer().consumeDeadEvents(async () => {
        attempts += 1;
        if (attempts < 30) throw new Error('no database');
      });
      await publisher.publish([acceptedEvent('e1')]);
      await expect.poll(() => attempts).toBe(30);
      await Promise.all([consuming.stop(), burying.stop()]);
    });

    it('keeps dead events for whoever comes', async () => {
      const { publisher, openConsumer } = await open();
      let deliveries = 0;
      const consuming = await openConsumer().consume(async () => {
        deliveries += 1;
        return never();
      });
      await publisher.publish([acceptedEvent('e1')]);
      await expect.poll(() => deliveries).toBe(21);
      await consuming.stop();
      const dead: (string | undefined)[] = [];
      const burying = await openConsumer().consumeDeadEvents(
        async ({ event }) => void dead.push(event?.id),
      );
      await expect.poll(() => dead).toEqual(['e1']);
      await burying.stop();
    });
  });
}
