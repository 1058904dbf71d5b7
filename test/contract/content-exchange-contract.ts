// What every way between workers and replicas must do, sentence by sentence of its five ports.

import { describe } from 'vitest';
import { contentFeedContract } from './content-feed-contract.ts';
import { contentRequestContract } from './content-request-contract.ts';
import { fanOutContract } from './fan-out-contract.ts';
import type { OpenContentExchange } from './opened-content-exchange.ts';
import { pageRequestContract } from './page-request-contract.ts';
import { reportContract } from './report-contract.ts';

export function contentExchangeContract(name: string, open: OpenContentExchange): void {
  describe(`a content exchange: ${name}`, () => {
    fanOutContract(open);
    contentFeedContract(open);
    pageRequestContract(open);
    contentRequestContract(open);
    reportContract(open);
  });
}
