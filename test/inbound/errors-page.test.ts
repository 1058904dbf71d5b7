// docs/errors.md says what the code does.

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { problems } from '../../src/inbound/http-problem.ts';

const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');

it('lists every code with its status, in their order, and no other', () => {
  const rows = [...page.matchAll(/^\| `(\w+)` \| (\d{3}) \| [a-z]+ \| \S.* \|$/gm)];
  const listed = rows.map(([, code, status]) => `${code} ${status}`);
  expect(listed).toEqual(Object.entries(problems).map(([code, { status }]) => `${code} ${status}`));
});
