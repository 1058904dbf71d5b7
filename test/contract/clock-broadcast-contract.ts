// What every way of a word of the clock must do.

import { describe, expect, it } from 'vitest';
import type { ClockBroadcaster, ClockListener } from '../../src/domain/clock-broadcast.ts';

export type OpenClockBroadcast = () => Promise<{
  broadcaster: ClockBroadcaster;
  openListener(): ClockListener;
}>;

export function clockBroadcastContract(name: string, open: OpenClockBroadcast): void {
  describe(`a broadcast of the clock over ${name}`, () => {
    /** What a listener has heard; `begin` resolves once it hears what is told. */
    async function listenTo({ broadcaster, openListener }: Awaited<ReturnType<typeof open>>) {
      const heard: number[] = [];
      const running = await openListener().listen((unixMs) => heard.push(unixMs));
      await expect
        .poll(async () => {
          await broadcaster.broadcast(1);
          return heard.length;
        })
        .toBeGreaterThan(0);
      return { heard, running };
    }

    it('reaches everyone who listens, in the order in which it was told', async () => {
      const opened = await open();
      const first = await listenTo(opened);
      const second = await listenTo(opened);
      for (const unixMs of [1_795_248_000_123, 1_795_248_001_123]) {
        await opened.broadcaster.broadcast(unixMs);
        for (const { heard } of [first, second]) {
          await expect.poll(() => heard.at(-1)).toBe(unixMs);
        }
      }
      await Promise.all([first.running.stop(), second.running.stop()]);
    });

    it('is no failure when nobody listens, and is not kept for whoever comes later', async () => {
      const opened = await open();
      await opened.broadcaster.broadcast(666);
      const { heard, running } = await listenTo(opened);
      expect(heard).not.toContain(666);
      await running.stop();
    });

    it('is heard no more by who has stopped, and still by the others', async () => {
      const opened = await open();
      const stopped = await listenTo(opened);
      const other = await listenTo(opened);
      await stopped.running.stop();
      await stopped.running.stop();
      await opened.broadcaster.broadcast(667);
      await expect.poll(() => other.heard.at(-1)).toBe(667);
      expect(stopped.heard).not.toContain(667);
      await other.running.stop();
    });
  });
}
