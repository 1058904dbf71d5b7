// What solo mode says of itself once it is ready: to a person, and to whatever drives it.

import type { Credentials } from './credentials.ts';
import type { SoloUrls } from './solo-parts.ts';
import type { SoloPostgres } from './solo-postgres.ts';
import type { SoloServices } from './solo-services.ts';

export type SoloRunning = {
  urls: SoloUrls;
  postgres: SoloPostgres;
  services: SoloServices;
};

export function readyLines({ urls, postgres, services }: SoloRunning): string {
  const { ingest, regions, operator, home, demo } = urls;
  const places = Object.entries({ ingest, ...regions, operator });
  const ready = [
    `ready  ${places.map(([name, url]) => `${name} ${url}`).join('  ')}`,
    `psql '${postgres.inspectorUrl}'`,
  ].join('  ');
  return [
    ready,
    ...(home === null ? [] : [`home   ${home}`]),
    ...(demo === null ? [] : [`demo   ${demo}`]),
    ...services.without,
  ].join('\n');
}

/** What a test, a benchmark or a person needs to drive solo mode. */
export function summarizeSolo(
  { urls, postgres, services }: SoloRunning,
  { credentials, configFile }: { credentials: Credentials; configFile: string },
) {
  const none: number[] = [];
  return {
    ...urls,
    config: configFile,
    services: services.urls,
    metrics: { solo: [`${urls.operator}/metrics`] },
    amqp: null,
    postgres: postgres.url,
    postgresOperator: postgres.operatorUrl,
    inspector: postgres.inspectorUrl,
    producerKey: credentials.producerKey,
    token: credentials.token,
    pids: {
      ...{ supervisor: [process.pid], ingest: none, worker: none, replica: none },
      ...{ nginx: none, rabbitmq: none, postgres: [postgres.pid], service: services.pids },
    },
  };
}
