// What every unit runner must do about deadlines.

import { expect, it } from 'vitest';
import type { UnitRunner } from '../../src/domain/ports.ts';
import { callOf } from './unit-runner-call.ts';

export function keepsDeadlines(runner: () => UnitRunner): void {
  it.each(['never-settles', 'throws-when-aborted', 'blocks-a-while'])(
    'drops what comes after the deadline: %s',
    async (unit) => {
      expect(await runner().run(callOf(unit, { deadlineMs: 100, alone: true }))).toMatchObject({
        kind: 'failed',
        reason: 'deadline',
        error: 'No result within 100 ms.',
      });
    },
  );

  it('charges nobody with a deadline that was missed while the thread was deaf', async () => {
    const deadlineMs = 200;
    const neighbor = runner().run(callOf('waits-a-little', { deadlineMs }));
    const blocking = runner().run(callOf('blocks-a-while', { deadlineMs }));
    const answers = await Promise.all([neighbor, blocking]);
    expect(answers.map(({ kind }) => kind)).toEqual(['crashed', 'crashed']);
    const alone = callOf('waits-a-little', { deadlineMs: 10_000, alone: true });
    expect(await runner().run(alone)).toMatchObject({ contentJson: '"in time"' });
  });
}
