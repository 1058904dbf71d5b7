import { expect, it } from 'vitest';
import { ticketOf } from '../../src/wire/ticket.ts';

it('gives the same ticket for the same source and id, today and tomorrow', () => {
  expect(ticketOf('/shop', 'e-17')).toBe('Hsf7e6KiioFTjuaril2ixQ');
});

it('gives 22 characters that are safe in a URL', () => {
  expect(ticketOf('https://example.com/ü', 'x'.repeat(1000))).toMatch(/^[A-Za-z0-9_-]{22}$/);
});

it('keeps apart what only together is the same text', () => {
  const tickets = [
    ticketOf('ab', 'c'),
    ticketOf('a', 'bc'),
    ticketOf('', 'abc'),
    ticketOf('1:a', ''),
  ];
  expect(new Set(tickets).size).toBe(4);
});

it('marks events of the platform itself, which clients must not ask after', () => {
  expect(ticketOf('/beforehand/replica', 'x')).toMatch(/^\.[A-Za-z0-9_-]{22}$/);
  expect(ticketOf('/beforehandy', 'x')).toMatch(/^[A-Za-z0-9_-]{22}$/);
});
