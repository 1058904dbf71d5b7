// What every way from ingest to the workers must do, sentence by sentence of its two ports.

import { describe, expect, it } from 'vitest';
import type { AcceptedEvent } from '../../src/domain/event.ts';
import type { EventConsumer, EventPublisher } from '../../src/domain/ports.ts';
import { digestOf } from '../../src/wire/digest.ts';
import { ticketOf } from '../../src/wire/ticket.ts';
import { anEvent } from '../fixtures/events.ts';

export type OpenedEventQueue = {
  publisher: EventPublisher;
  /** Consumes two interactive events and one bulk event at a time. */
  openConsumer(): EventConsumer;
};

/** `open` gives an empty queue for each test. */
export function eventQueueContract(name: string, open: () => Promise<OpenedEventQueue>): void {
  describe(`an event queue: ${name}`, () => {
    it('hands a published event to a consumer as it was', async () => {
      const { publisher, openConsumer } = await open();
      const event = acceptedEvent('e1', {
        user: null,
        data: { text: 'Ünïcode \u2028 😀', nested: [{ 1: null }, true, 1.5e300] },
      });
      const seen: unknown[] = [];
      const running = await openConsumer().consume(async (...delivery) => {
        seen.push(delivery);
      });
      await publisher.publish([event]);
      await expect.poll(() => seen).toEqual([[event, { deliveryCount: 0 }]]);
      await running.stop();
    });

    it('keeps events until somebody consumes them', async () => {
      const { publisher, openConsumer } = await open();
      await publisher.publish([acceptedEvent('e1'), acceptedEvent('e2', { lane: 'bulk' })]);
      const seen = new Set<string>();
      const running = await openConsumer().consume(async ({ id }) => void seen.add(id));
      await expect.poll(() => [...seen].sort()).toEqual(['e1', 'e2']);
      await running.stop();
    });

    it('removes an event once its handler has resolved', async () => {
      const { publisher, openConsumer } = await open();
      const first: string[] = [];
      const running = await openConsumer().consume(async ({ id }) => void first.push(id));
      await publisher.publish([acceptedEvent('e1')]);
      await expect.poll(() => first).toEqual(['e1']);
      await running.stop();
      const second: string[] = [];
      const again = await openConsumer().consume(async ({ id }) => void second.push(id));
      await publisher.publish([acceptedEvent('e2')]);
      await expect.poll(() => second).toEqual(['e2']);
      await again.stop();
    });

    it('delivers an event again, and counts, when its handler rejects', async () => {
      const { publisher, openConsumer } = await open();
      const counts: number[] = [];
      const running = await openConsumer().consume(async (_event, { deliveryCount }) => {
        counts.push(deliveryCount);
        if (counts.length < 3) throw new Error('not now');
      });
      await publisher.publish([acceptedEvent('e1')]);
      await expect.poll(() => counts).toEqual([0, 1, 2]);
      await running.stop();
    });

    it('hands over as many events of a lane at a time as it was told, and no more', async () => {
      const { publisher, openConsumer } = await open();
      const handling: (() => void)[] = [];
      let handled = 0;
      let most = 0;
      const running = await openConsumer().consume(async () => {
        await new Promise<void>((resolve) => {
          most = Math.max(most, handling.push(resolve));
        });
        handled += 1;
      });
      await publisher.publish(Array.from({ length: 6 }, (_, index) => acceptedEvent(`e${index}`)));
      while (handled < 6) {
        await expect.poll(() => handling.length).toBe(Math.min(2, 6 - handled));
        const next = handled + 1;
        handling.shift()?.();
        await expect.poll(() => handled).toBe(next);
      }
      expect(most).toBe(2);
      await running.stop();
    });

    it('hands over interactive events while the bulk lane is busy', async () => {
      const { publisher, openConsumer } = await open();
      const seen: string[] = [];
      let release = () => {};
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      const running = await openConsumer().consume(async ({ id, lane }) => {
        seen.push(id);
        if (lane === 'bulk') await released;
      });
      await publisher.publish(['b1', 'b2', 'b3'].map((id) => acceptedEvent(id, { lane: 'bulk' })));
      await expect.poll(() => seen).toEqual(['b1']);
      await publisher.publish([acceptedEvent('e1')]);
      await expect.poll(() => seen).toEqual(['b1', 'e1']);
      release();
      await expect.poll(() => seen).toEqual(['b1', 'e1', 'b2', 'b3']);
      await running.stop();
    });

    it('hands each event to one of several consumers', async () => {
      const { publisher, openConsumer } = await open();
      const seen: string[][] = [[], []];
      const running = await Promise.all(
        seen.map((ids) => openConsumer().consume(async ({ id }) => void ids.push(id))),
      );
      const ids = Array.from({ length: 50 }, (_, index) => `e${index}`);
      await publisher.publish(ids.map((id) => acceptedEvent(id)));
      await expect.poll(() => seen.flat().sort()).toEqual(ids.sort());
      await Promise.all(running.map((it) => it.stop()));
    });

    it('stops when what was begun has ended, and leaves the rest to others', async () => {
      const { publisher, openConsumer } = await open();
      const begun: string[] = [];
      let release = () => {};
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      const running = await openConsumer().consume(async ({ id }) => {
        begun.push(id);
        await released;
      });
      await publisher.publish(['e1', 'e2', 'e3', 'e4'].map((id) => acceptedEvent(id)));
      await expect.poll(() => begun.length).toBe(2);
      let isStopped = false;
      const stopped = Promise.all([running.stop(), running.stop()]).then(() => {
        isStopped = true;
      });
      await new Promise(setImmediate);
      expect(isStopped).toBe(false);
      release();
      await stopped;
      expect(begun).toHaveLength(2);
      const rest: string[] = [];
      const other = await openConsumer().consume(async ({ id }) => void rest.push(id));
      await expect.poll(() => [...begun, ...rest].sort()).toEqual(['e1', 'e2', 'e3', 'e4']);
      await other.stop();
    });

    it('leaves an event that failed while it was stopped to others, and counts', async () => {
      const { publisher, openConsumer } = await open();
      let fail = () => {};
      let isBegun = false;
      const running = await openConsumer().consume(() => {
        isBegun = true;
        return new Promise((_resolve, reject) => {
          fail = () => reject(new Error('stopping'));
        });
      });
      await publisher.publish([acceptedEvent('e1')]);
      await expect.poll(() => isBegun).toBe(true);
      const stopped = running.stop();
      fail();
      await stopped;
      const counts: number[] = [];
      const other = await openConsumer().consume(
        async (_event, { deliveryCount }) => void counts.push(deliveryCount),
      );
      await expect.poll(() => counts).toEqual([1]);
      await other.stop();
    });
  });
}

/** An event with a real ticket and digest, as the wire wants them. */
export function acceptedEvent(id: string, given: Partial<AcceptedEvent> = {}): AcceptedEvent {
  const event = anEvent({ id, ...given });
  const { source, type, data } = event;
  return { ...event, ticket: ticketOf(source, id), digest: digestOf(type, data) };
}
