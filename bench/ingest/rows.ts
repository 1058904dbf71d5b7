// The rows of suite `ingest`: who answers, and what is posted to them.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Processes } from '../cpu-by-process.ts';
import type { Place } from '../place.ts';
import { eventJson } from '../position/login.ts';
import { ingestQueue, rivalQueues } from './queues.ts';
import type { Servers } from './servers.ts';

export type Row = {
  name: string;
  port: number;
  processes: Processes;
  connectionCounts: readonly number[];
  /** Events in one POST. */
  batch: number;
  /** Where they go; `null`: nowhere. */
  queue: string | null;
  /** What wrk is told, but for the number of the first event. */
  requests: { script: string; args: readonly string[] };
};

const single = [64, 192];

export function rowsOf(place: Place, servers: Servers): Row[] {
  const { ingest, rabbitmq, constantHttp, constantFastify, publishFastify } = servers;
  const requestsOf = requestsIn(place, servers.producerKey);
  const one = { batch: 1, requests: requestsOf('application/cloudevents+json', 1) };
  const constant = { ...one, connectionCounts: [64], queue: null };
  const [rivalQueue] = rivalQueues(servers.amqpUrl).queues;
  return [
    {
      ...{ ...constant, name: 'node:http, a constant', port: constantHttp.port },
      processes: { node: constantHttp.pids },
    },
    {
      ...{ ...constant, name: 'Fastify, a constant', port: constantFastify.port },
      processes: { node: constantFastify.pids },
    },
    {
      ...{ ...one, name: 'Fastify → RabbitMQ, body as it is', connectionCounts: single },
      ...{ port: publishFastify.port, queue: rivalQueue },
      processes: { node: publishFastify.pids, rabbitmq },
    },
    {
      ...{ ...one, name: 'Ingest, an event a POST', connectionCounts: single },
      ...{ port: ingest.port, queue: ingestQueue },
      processes: { ingest: ingest.pids, rabbitmq },
    },
    {
      ...{ name: 'Ingest, 100 events a POST: events', connectionCounts: [64], batch: 100 },
      ...{ port: ingest.port, queue: ingestQueue },
      requests: requestsOf('application/cloudevents-batch+json', 100),
      processes: { ingest: ingest.pids, rabbitmq },
    },
  ];
}

/** Numbers of events stand for their ids and users: see post-events.lua. */
function requestsIn({ directory }: Place, producerKey: string) {
  const token = join(directory, 'token.txt');
  const template = join(directory, 'event.json');
  writeFileSync(token, producerKey, { mode: 0o600 });
  const place = '1'.repeat(8);
  const event = eventJson({ run: 'wrk', index: Number(place) });
  writeFileSync(template, event.replaceAll(place, '#'.repeat(9)));
  const script = join(import.meta.dirname, 'post-events.lua');
  return (media: string, batch: number) => ({
    ...{ script, args: [token, media, template, String(batch)] },
  });
}
