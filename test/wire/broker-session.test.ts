// How a connection or a channel ends, and what whoever keeps it is told.

import { EventEmitter } from 'node:events';
import type { Channel } from 'amqplib';
import { expect, it, vi } from 'vitest';
import { sessionOf } from '../../src/wire/broker-connection.ts';
import { prepared } from '../../src/wire/broker-supervisor.ts';

/** A channel that says that it is closed once it was told to. */
function openChannel() {
  const emitter = new EventEmitter();
  const close = vi.fn(async () => void emitter.emit('close'));
  const channel = Object.assign(emitter, { close }) as unknown as Channel;
  return { emitter, close, session: sessionOf(channel) };
}

it('ends with the error that came before', async () => {
  const { emitter, session } = openChannel();
  const error = new Error('NOT_FOUND');
  emitter.emit('error', error);
  emitter.emit('close');
  expect(await session.ended).toBe(error);
});

it('ends with the reason that it was closed for, and is closed once', async () => {
  const { close, session } = openChannel();
  await Promise.all([session.close('It was silent.'), session.close('It was told to stop.')]);
  expect(await session.ended).toBe('It was silent.');
  expect(close).toHaveBeenCalledOnce();
});

it('is closed when it cannot be made ready, and whoever opened it is told why', async () => {
  const { close, session } = openChannel();
  const error = new Error('PRECONDITION_FAILED');
  await expect(prepared(session, () => Promise.reject(error))).rejects.toBe(error);
  expect(close).toHaveBeenCalledOnce();
});
