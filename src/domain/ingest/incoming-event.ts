// An event as a producer sent it: a well-formed CloudEvent about which nothing is decided yet.

import type { Json } from '../json.ts';

export type IncomingEvent = {
  source: string;
  id: string;
  type: string;
  /** `null`: the event is about everyone. */
  subject: string | null;
  /** The extension attribute `lane`, if there is one. */
  lane: string | null;
  data: Json;
};
