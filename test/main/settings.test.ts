import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { brokerSettings } from '../../src/main/broker-settings.ts';
import { ingestLimits, ingestSettings } from '../../src/main/ingest-settings.ts';
import { operatorLimits, operatorSettings } from '../../src/main/operator-settings.ts';
import { postgresSettings } from '../../src/main/postgres-settings.ts';
import { processSettings } from '../../src/main/process-settings.ts';
import { replicaLimits, replicaSettings } from '../../src/main/replica-settings.ts';
import {
  integer,
  readSettings,
  readTables,
  type Settings,
  text,
  url,
} from '../../src/main/settings.ts';
import { workerLimits, workerSettings } from '../../src/main/worker-settings.ts';

const envOf = (settings: Settings) => Object.values(settings).map((setting) => setting.env);

const merged: [string, Settings, Settings[]][] = [
  ['ingest', ingestSettings, [processSettings, brokerSettings, ingestLimits]],
  ['worker', workerSettings, [processSettings, brokerSettings, postgresSettings, workerLimits]],
  ['replica', replicaSettings, [processSettings, brokerSettings, replicaLimits]],
  ['operator', operatorSettings, [processSettings, postgresSettings, operatorLimits]],
];

describe('settings', () => {
  it.each(merged)('of the %s keep every setting of the tables they join', (_name, all, parts) => {
    const missing = parts.flatMap(envOf).filter((env) => !envOf(all).includes(env));
    expect(missing).toEqual([]);
  });

  const table = {
    count: integer('COUNT', 'How many.', { min: 1, max: 9 }),
    name: text('NAME', 'Who.', 'nobody'),
    place: url('PLACE', 'Where.', ['amqp:']),
  };

  it('reads a URL from a file, whose name tells nothing, unless both are given', () => {
    const directory = mkdtempSync(join(tmpdir(), 'beforehand-settings-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const file = join(directory, 'url');
    writeFileSync(file, 'amqp://u:hidden@h\n');
    const env = { COUNT: '3', PLACE_FILE: file };
    expect(readSettings(table, env).place).toBe('amqp://u:hidden@h');
    expect(() => readSettings(table, { ...env, PLACE: 'amqp://h' })).toThrow('both set');
    expect(() => readSettings(table, { ...env, PLACE_FILE: `${file}.no` })).toThrow('ENOENT');
    writeFileSync(file, 'http://u:hidden@h');
    expect(() => readSettings(table, env)).toThrow(
      /^PLACE must be a URL that starts with amqp:\/\/\.$/,
    );
    // What is no secret is not looked for in a file.
    expect(
      readSettings(table, { ...env, PLACE_FILE: '', PLACE: 'amqp://h', NAME_FILE: file }).name,
    ).toBe('nobody');
  });

  it('reads what is given and fills in what has a default', () => {
    const env = { COUNT: ' 3 ', PLACE: 'amqp://u:p@h' };
    expect(readSettings(table, env)).toEqual({ count: 3, name: 'nobody', place: 'amqp://u:p@h' });
  });

  it('tells everything that is missing or malformed at once, and no password', () => {
    const read = () => readSettings(table, { COUNT: '0x3', PLACE: 'http://u:secret@h' });
    expect(read).toThrow(/COUNT must be a whole number from 1 to 9[\s\S]*PLACE must be a URL/);
    expect(read).not.toThrow(/secret/);
    expect(() => readSettings(table, {})).toThrow(/COUNT is missing[\s\S]*PLACE is missing/);
  });

  it('tells what is wrong in all of several tables at once, and nothing twice', () => {
    const other = { ...table, size: integer('SIZE', 'How big.', { min: 1, max: 9 }) };
    const read = () => readTables({ table, other }, { COUNT: '0', PLACE: 'amqp://h', SIZE: '10' });
    expect(read).toThrow(
      /^COUNT must be a whole number from 1 to 9\.\nSIZE must be a whole number from 1 to 9\.$/,
    );
  });

  it.each(['', 'abc', '1e3', '-1', '10', '1.5', '1_0', 'Infinity'])(
    'refuses %j as a count',
    (value) => {
      expect(() => readSettings(table, { COUNT: value, PLACE: 'amqp://h' })).toThrow(/COUNT/);
    },
  );
});
