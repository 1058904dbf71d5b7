// What `status` makes of counts that stop at a bound.

import { expect, it } from 'vitest';
import { maxCounted } from '../../src/domain/backlog.ts';
import { problemsOf, type Status, statusPage } from '../../src/main/cli-status-text.ts';

it('says that there may be more than were counted', () => {
  const status: Status = {
    ...{ doors: [], queues: null, replicas: [] },
    backlog: {
      ...{ eventsLastMinute: 1, eventsLastHour: null },
      parked: { count: maxCounted, overdueMs: 0 },
      unsent: { count: maxCounted - 1, overdueMs: 61_000 },
      followUps: { count: 0, overdueMs: 0 },
      dead: [
        { reason: 'threw', count: maxCounted - 1, lastHour: 2 },
        { reason: 'deadline', count: 1, lastHour: 0 },
      ],
    },
  };
  const page = statusPage(status, problemsOf(status), null).join('\n');
  expect(page).toContain('parked    10,000 or more\nunsent    9,999, due for 1 min 1 s\n');
  expect(page).toContain('dead      10,000 or more, 2 of them died in the last hour\n');
  expect(page).toContain('- unsent content was due 1 min 1 s ago, and nobody took it');
  expect(page).toContain('- 2 units died within the hour');
});
