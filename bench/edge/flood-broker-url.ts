// Where the broker of an edge is: for what only the bench does there.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stackFiles } from '../../src/main/stack-state.ts';
import type { StackSummary } from '../../src/main/stack-summary.ts';
import type { Edge } from './open-edge.ts';

export function brokerUrlOf({ place }: Edge): string {
  const { summary } = stackFiles(join(place.directory, 'edge'));
  const { amqp } = JSON.parse(readFileSync(summary, 'utf8')) as StackSummary;
  if (amqp === null) throw new Error('The edge has no broker.');
  return amqp;
}
