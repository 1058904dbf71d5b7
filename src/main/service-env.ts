// What a service finds in its environment, and how the platform finds the service.

import { mkdirSync } from 'node:fs';
import type { Service, Services } from '../domain/config-services.ts';
import { renewServiceKey, type ServiceOwner } from './service-key.ts';

/** URLs by the variables that the configuration gave to them. */
export type ServiceUrls = { readonly [variable: string]: string };

export type ServicePlace = {
  /** Who starts it. */
  owner: ServiceOwner;
  name: string;
  service: Service;
  port: number;
  ingestUrl: string;
  keysFile: string;
  /** The one that it was given before, where that is known. */
  key?: string | undefined;
  /** Made when it is not there. */
  dataDir: string;
};

/** All of it: nothing else of ours or of a person's shell is for services. Makes its key. */
export function serviceEnv(place: ServicePlace): { [name: string]: string } {
  const { service, dataDir, keysFile } = place;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const { PATH = '', HOME } = process.env;
  const { source, types } = service;
  return {
    PATH,
    ...(HOME === undefined ? {} : { HOME }),
    PORT: String(place.port),
    DATA_DIR: dataDir,
    BEFOREHAND_INGEST_URL: place.ingestUrl,
    ...(source !== undefined && {
      BEFOREHAND_PRODUCER_KEY:
        place.key ?? renewServiceKey(keysFile, place, { source, ...(types && { types }) }),
    }),
  };
}

export function serviceUrl(port: number): string {
  return `http://127.0.0.1:${port}`;
}

/** Of services that run elsewhere, as whoever started us says. */
export function givenServiceUrls(services: Services, env: NodeJS.ProcessEnv): ServiceUrls {
  const given = Object.values(services).flatMap(({ url }): [string, string][] => {
    const value = env[url];
    return value === undefined || value === '' ? [] : [[url, value]];
  });
  return Object.fromEntries(given);
}

/** What people read of one that could not be started. */
export function withoutLine(name: string, absent: string): string {
  return `without ${name}: ${absent}; its slot stays generic`;
}
