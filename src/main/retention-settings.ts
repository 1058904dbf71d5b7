// How long what is kept, and how it is forgotten.

import { integer, type Settings } from './settings.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;
const yearMs = 365 * dayMs;

export const retentionSettings = {
  keepEventDataMs: integer(
    'BEFOREHAND_RETENTION_EVENT_DATA_MS',
    'How long the data of an event is kept; longer while one of its units is parked.',
    { default: dayMs, min: minuteMs, max: yearMs },
  ),
  keepEventsMs: integer(
    'BEFOREHAND_RETENTION_EVENTS_MS',
    'How long events and the outcomes of their units are kept: so long an event that is sent again is known.',
    { default: 7 * dayMs, min: 7 * dayMs, max: yearMs },
  ),
  keepDeadLettersMs: integer(
    'BEFOREHAND_RETENTION_DEAD_LETTERS_MS',
    'How long dead letters are kept, and with each its event.',
    { default: 30 * dayMs, min: minuteMs, max: yearMs },
  ),
  keepRetiredMs: integer(
    'BEFOREHAND_RETENTION_RETIRED_MS',
    'How long receipts of a retired replica are kept.',
    { default: 30 * dayMs, min: minuteMs, max: yearMs },
  ),
  retentionEveryMs: integer(
    'BEFOREHAND_RETENTION_EVERY_MS',
    'How often a worker looks for what is to be forgotten.',
    { default: minuteMs, min: 10, max: dayMs },
  ),
  retentionMaxRows: integer(
    'BEFOREHAND_RETENTION_MAX_ROWS',
    'Rows that are looked at in one transaction.',
    { default: 1000, min: 1, max: 100_000 },
  ),
  retentionPauseMs: integer(
    'BEFOREHAND_RETENTION_PAUSE_MS',
    'Pause between two such transactions.',
    { default: 100, min: 0, max: minuteMs },
  ),
} satisfies Settings;
