import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/domain/errors.ts';
import { createSendPatiently } from '../../../src/domain/worker/send-patiently.ts';

const patienceMs = 60_000;

function setUp() {
  const broker = { nowMs: 0, failures: 0, attempts: 0 };
  const sendPatiently = createSendPatiently({ patienceMs, nowMs: () => broker.nowMs });
  const send = async () => {
    broker.attempts += 1;
    broker.failures -= 1;
    if (broker.failures >= 0) throw new Failure('unavailable', 'away');
  };
  return { broker, send: (sinceMs?: number) => sendPatiently(send, sinceMs) };
}

describe('sending patiently', () => {
  it('repeats what is not taken at once', async () => {
    const { broker, send } = setUp();
    broker.failures = 2;
    expect(await send()).toBeNull();
    expect(broker.attempts).toBe(3);
  });

  it('counts the time that passed before it was begun with', async () => {
    const { broker, send } = setUp();
    broker.nowMs = patienceMs;
    broker.failures = 1;
    expect(await send(0)).toBe('Failure: away');
    expect(broker.attempts).toBe(1);
  });

  it('tries what follows once, until something is taken', async () => {
    const { broker, send } = setUp();
    broker.failures = Number.POSITIVE_INFINITY;
    const first = send();
    await new Promise(setImmediate);
    broker.nowMs += patienceMs;
    await first;
    broker.attempts = 0;
    expect(await send()).toBe('Failure: away');
    expect(broker.attempts).toBe(1);
    broker.failures = 0;
    await send();
    broker.failures = 1;
    expect(await send()).toBeNull();
  });

  it('is patient again when nothing was sent for long', async () => {
    const { broker, send } = setUp();
    broker.failures = 1;
    await send(-patienceMs);
    broker.nowMs += patienceMs;
    broker.failures = 1;
    expect(await send()).toBe('Failure: away');
    broker.nowMs += patienceMs + 1;
    broker.failures = 2;
    expect(await send()).toBeNull();
  });

  it('lets everything else through', async () => {
    const sendPatiently = createSendPatiently({ patienceMs, nowMs: Date.now });
    const refuse = () => Promise.reject(new Failure('rejected', 'never'));
    await expect(sendPatiently(refuse)).rejects.toMatchObject({ code: 'rejected' });
  });
});
