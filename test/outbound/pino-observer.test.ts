// Observations as log lines.

import { describe, expect, it } from 'vitest';
import type { Observation } from '../../src/domain/observation.ts';
import { type LogLevel, pinoObserver } from '../../src/outbound/pino-observer.ts';

/** The lines that observing these writes, parsed. */
function logged(level: LogLevel, ...observations: Observation[]) {
  const lines: string[] = [];
  const destination = { write: (line: string) => lines.push(line) };
  const observe = pinoObserver({ process: 'ingest', level, destination });
  for (const observation of observations) observe(observation);
  for (const line of lines) expect(line).toMatch(/^[^\n]+\n$/);
  return lines.map((line) => JSON.parse(line));
}

const failed = (error: string): Observation => ({
  ...{ kind: 'task_failed', task: 'sweep', error },
});

describe('an observation', () => {
  it('is one line of JSON that says which process saw what, and when', () => {
    const [line] = logged('info', { kind: 'keys_loaded', keys: 2 });
    expect(line).toMatchObject({ level: 'info', process: 'ingest', kind: 'keys_loaded', keys: 2 });
    expect(line.time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });

  it('of a replica says where it is', () => {
    const lines: string[] = [];
    const destination = { write: (line: string) => lines.push(line) };
    const place = { region: 'eu', instance: 'eu-1' };
    pinoObserver({ process: 'solo', place, level: 'info', destination })(failed('x'));
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ process: 'solo', ...place });
  });

  it('is written when its level is asked for', () => {
    const accepted: Observation = {
      ...{ kind: 'event_accepted', ticket: 't', type: 'login', lane: 'bulk' },
    };
    expect(logged('info', accepted)).toEqual([]);
    expect(logged('debug', accepted)).toMatchObject([{ level: 'debug', ticket: 't' }]);
    expect(logged('error', failed('x'))).toMatchObject([{ level: 'error' }]);
  });

  it('by an author has the level that the author gave it', () => {
    const unit = { ticket: 't', type: 'login', name: 'offers', fields: null };
    const line = logged('warn', { kind: 'unit_logged', level: 'warn', message: 'm', ...unit });
    expect(line).toMatchObject([{ level: 'warn', message: 'm' }]);
  });
});

describe('a secret in an error', () => {
  it.each([
    ['connect amqp://guest:s3cret@host:5672/v failed', 'amqp://guest:***@host:5672/v'],
    ['postgres://u:s3cret@a%40b@host/db', 'postgres://u:***@host/db'],
    [`key bhk_shop_${'s3cret'.repeat(7)}x is unknown`, 'bhk_shop_***'],
    ['authorization: Bearer s3cret', 'Bearer ***'],
    ['token eyJhbGciOiJIUzI1NiJ9.s3cret.c2ln is old', 'token *** is old'],
  ])('does not reach the log: %s', (error, kept) => {
    const [line] = logged('info', failed(error));
    expect(JSON.stringify(line)).not.toContain('s3cret');
    expect(line.error).toContain(kept);
  });
});
