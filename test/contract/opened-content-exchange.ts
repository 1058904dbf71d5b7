// What a test of a content exchange is given.

import type {
  ContentFeed,
  ContentRequestConsumer,
  FanOut,
  PageRequestConsumer,
} from '../../src/domain/ports.ts';
import type { ReportConsumer } from '../../src/domain/worker/store-reports.ts';

export type OpenedContentExchange = {
  fanOut: FanOut;
  openPageRequests(): PageRequestConsumer;
  openContentRequests(): ContentRequestConsumer;
  openReports(): ReportConsumer;
  /** Handles four messages of a lane at a time. */
  openFeed(replica: Replica): ContentFeed;
};

/** Gives an exchange that no replica ever followed; its queues hold 1,000 messages or as given. */
export type OpenContentExchange = (maxMessages?: number) => Promise<OpenedContentExchange>;

export type Replica = { region: string; instance: string };

/** The replicas that a test may open feeds of. */
export const eu: Replica = { region: 'eu', instance: 'eu-1' };
export const us: Replica = { region: 'us', instance: 'us-1' };
