import { afterEach } from 'vitest';
import { nodeCacheRecentlyAsked } from '../../src/outbound/node-cache-recently-asked.ts';
import { recentlyAskedContract } from '../contract/recently-asked-contract.ts';

const opened: { close(): void }[] = [];
afterEach(() => {
  for (const asked of opened.splice(0)) asked.close();
});

recentlyAskedContract('node-cache', (maxKeys) => {
  const asked = nodeCacheRecentlyAsked({ maxKeys });
  opened.push(asked);
  return asked;
});
