// Positions on a system that does not tell which start of its kernel this is.

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { contentHashOf } from '../../src/inbound/http-etag.ts';
import { positionPathOf } from '../../src/outbound/file-position-path.ts';
import { filePositions } from '../../src/outbound/file-positions.ts';

vi.mock('../../src/outbound/file-boot-id.ts', () => ({ readBootId: () => null }));

it('are all gone at each start: the machine may have lost its power', () => {
  const directory = mkdtempSync(join(tmpdir(), 'beforehand-unknown-boot-'));
  const open = () =>
    filePositions({ directory, maxFiles: 10, nowMs: Date.now, hashOf: contentHashOf });
  const path = join(directory, 'users', positionPathOf('alice'));
  open().write('alice', Buffer.from('{}'));
  expect(existsSync(path)).toBe(true);
  open();
  expect(existsSync(path)).toBe(false);
  rmSync(directory, { recursive: true });
});
