// Whose turn it is to be laid down, and who waits for it.

import { expect, it } from 'vitest';
import { createDueUsers } from '../../../src/domain/replica/due-users.ts';

function open() {
  const brought: string[] = [];
  const due = createDueUsers((user) => {
    brought.push(user);
    due.settle(user);
  });
  return { brought, due };
}

const many = (name: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${name}-${index}`);

it('tells whoever waits once all of theirs had their turn, not before', async () => {
  const { brought, due } = open();
  await due.add(many('user', 100), 'interactive');
  expect(brought).toEqual(many('user', 100));
  await due.add([], 'bulk');
});

it('gives the event loop its turn between handfuls', async () => {
  const { brought, due } = open();
  const all = due.add(many('user', 100), 'interactive');
  expect(brought.length).toBeLessThan(50);
  expect(due.isDue('user-99')).toBe(true);
  expect(due.isDue('user-0')).toBe(false);
  await all;
  expect(due.isDue('user-99')).toBe(false);
});

it('brings interactive users before bulk ones that came earlier', async () => {
  const { brought, due } = open();
  const bulk = due.add(many('bulk', 100), 'bulk');
  await due.add(['alice'], 'interactive');
  expect(brought.length).toBeLessThan(100);
  expect(brought.indexOf('alice')).toBeLessThan(50);
  await bulk;
});

it('brings a user of both lanes once, and tells both', async () => {
  const { brought, due } = open();
  const bulk = due.add([...many('bulk', 50), 'alice'], 'bulk');
  await due.add(['alice', 'alice'], 'interactive');
  await bulk;
  expect(brought.filter((user) => user === 'alice')).toHaveLength(1);
});

it('does not bring again whose turn came early', async () => {
  const { brought, due } = open();
  const all = due.add(many('user', 100), 'bulk');
  due.settle('user-99');
  await all;
  expect(brought).not.toContain('user-99');
});
