// How the demo's back end and its login report events: through the door of the ingest, like any
// producer. The key stays in this process.

import { Failure } from '../domain/errors.ts';
import type { Credentials } from './credentials.ts';
import { soloHost } from './solo-ports.ts';
import type { SoloSettings } from './solo-settings.ts';

type PostParts = {
  settings: Pick<SoloSettings, 'ingestPort'>;
  credentials: Pick<Credentials, 'producerKey'>;
};

export type PostedEvent = {
  source: string;
  id: string;
  type: string;
  subject: string;
  data: object;
};

export function createPost({ settings, credentials }: PostParts) {
  const url = `http://${soloHost}:${settings.ingestPort}/v1/events`;
  return async (event: PostedEvent): Promise<void> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${credentials.producerKey}`,
        'content-type': 'application/cloudevents+json',
      },
      body: JSON.stringify({ specversion: '1.0', ...event }),
    });
    const text = await response.text();
    if (response.status === 202) return;
    throw new Failure('unavailable', `The ingest answered ${response.status}: ${text}`);
  };
}
