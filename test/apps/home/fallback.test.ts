// What a slot shows before its product has said anything: made by whoever shows it, and nobody else.

import { expect, it, vi } from 'vitest';
import { renderSlot } from '../../../src/apps/home/look/render-slot.ts';

vi.mock('../../../src/apps/home/look/render-slot.ts', { spy: true });

it('is rendered when it is read, once, and not by each process that loads the configuration', async () => {
  const { config } = await import('../../../home.config.ts');
  expect(renderSlot).not.toHaveBeenCalled();
  const { generic } = config.slots['home.travel'] ?? {};
  expect(generic).toMatchObject({ template: 'carousel', html: expect.stringContaining('<div') });
  expect(config.slots['home.travel']?.generic).toBe(generic);
  expect(renderSlot).toHaveBeenCalledTimes(1);
});
