import { beforeEach, describe, expect, it } from 'vitest';
import type { Observation } from '../../../src/domain/observation.ts';
import {
  type CallEnd,
  type CircuitBreaker,
  createCircuitBreaker,
} from '../../../src/domain/worker/circuit-breaker.ts';

let nowMs: number;
let observed: Observation[];
let breaker: CircuitBreaker;

beforeEach(() => {
  nowMs = 1_000_000;
  observed = [];
  breaker = createCircuitBreaker({
    ...{ maxFailures: 3, windowMs: 1_000, halfOpenAfterMs: 10_000 },
    nowMs: () => nowMs,
    observe: (observation) => observed.push(observation),
  });
});

function begin(name = 'offers'): (how: CallEnd) => void {
  const admission = breaker.admit(name);
  if ('retryInMs' in admission) throw new Error(`Not admitted for ${admission.retryInMs} ms.`);
  return admission.ended;
}

function call(...ends: CallEnd[]): void {
  for (const end of ends) begin()(end);
}

const fail = 'failed' as const;
const told = () => observed.map(({ kind }) => kind);

describe('a closed circuit', () => {
  it('opens after so many consecutive failures, for that name only', () => {
    call(fail, fail);
    expect(breaker.open()).toEqual([]);
    call(fail);
    expect(breaker.open()).toEqual(['offers']);
    expect(breaker.admit('offers')).toEqual({ retryInMs: 10_000 });
    begin('books');
    expect(observed).toEqual([{ kind: 'circuit_opened', name: 'offers', halfOpenAfterMs: 10_000 }]);
  });

  it('stays closed while successes come between, and when failures are far apart', () => {
    for (let round = 0; round < 50; round += 1) call(fail, fail, 'succeeded');
    for (let round = 0; round < 50; round += 1) {
      call(fail);
      nowMs += 501;
    }
    expect(told()).toEqual([]);
  });

  it('opens however many failures that were far apart came before', () => {
    for (let round = 0; round < 5; round += 1) {
      call(fail);
      nowMs += 1_001;
    }
    expect(told()).toEqual([]);
    call(fail, fail, fail);
    expect(told()).toEqual(['circuit_opened']);
  });

  it('counts nothing for calls that nothing was learned of', () => {
    call(fail, 'neither', fail, 'neither');
    expect(breaker.open()).toEqual([]);
    call(fail);
    expect(breaker.open()).toEqual(['offers']);
  });

  it('never opens for one poison event in ten, however the calls overlap', () => {
    const running = Array.from({ length: 20 }, () => begin());
    for (let event = 0; event < 10_000; event += 1) {
      const place = (event * 7) % running.length;
      running[place]?.(event % 10 === 0 ? fail : 'succeeded');
      running[place] = begin();
    }
    expect(told()).toEqual([]);
  });
});

describe('an open circuit', () => {
  beforeEach(() => call(fail, fail, fail));

  it('is half-open after its time and lets one call at a time probe', () => {
    nowMs += 9_999;
    expect(breaker.admit('offers')).toEqual({ retryInMs: 1 });
    nowMs += 1;
    expect(breaker.open()).toEqual([]);
    const ended = begin();
    expect(breaker.admit('offers')).toEqual({ retryInMs: 0 });
    ended('neither');
    begin();
  });

  it('closes when the probe succeeds, and counts from none', () => {
    nowMs += 10_000;
    call('succeeded', fail, fail);
    expect(breaker.open()).toEqual([]);
    expect(told()).toEqual(['circuit_opened', 'circuit_closed']);
  });

  it('is open for as long again when the probe fails', () => {
    nowMs += 12_000;
    call(fail);
    expect(breaker.admit('offers')).toEqual({ retryInMs: 10_000 });
    expect(told()).toEqual(['circuit_opened', 'circuit_opened']);
  });

  it('does not stay open for longer when the clock is set back', () => {
    nowMs -= 3_600_000;
    call('succeeded');
    expect(told()).toEqual(['circuit_opened', 'circuit_closed']);
  });
});

it('learns nothing from calls that began before the circuit opened', () => {
  const before = [begin(), begin()];
  call(fail, fail, fail);
  before[0]?.('succeeded');
  expect(breaker.open()).toEqual(['offers']);
  nowMs += 10_000;
  const probeEnded = begin();
  before[1]?.('failed');
  expect(breaker.open()).toEqual([]);
  probeEnded('succeeded');
  expect(told()).toEqual(['circuit_opened', 'circuit_closed']);
});
