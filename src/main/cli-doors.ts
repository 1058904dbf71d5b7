// The processes that answer over HTTP, and whether they do.

import { askReadiness, type Readiness } from '../outbound/http-region-door.ts';
import type { Installation } from './cli-installation.ts';

export type Door = { name: string; url: string; readiness: Readiness };

export function readDoors({ ingests, operator, regions }: Installation): Promise<Door[]> {
  const places: { name: string; url: string; region: string | null }[] = [
    ...ingests.map((url, index) => ({
      ...{ name: ingests.length > 1 ? `ingest ${index + 1}` : 'ingest', url, region: null },
    })),
    ...(operator === null ? [] : [{ name: 'operator', url: operator, region: null }]),
    ...Object.entries(regions).map(([region, url]) => ({ name: `region ${region}`, url, region })),
  ];
  return Promise.all(
    places.map(async ({ name, url, region }) => ({
      ...{ name, url },
      readiness: await askReadiness(url, region),
    })),
  );
}

export function doorState({ readiness: { state, reasons } }: Pick<Door, 'readiness'>): string {
  if (state === 'ready') return 'ready';
  const why = reasons.length === 0 ? '' : `: ${reasons.join(', ')}`;
  return `${state === 'not_ready' ? 'not ready' : 'unreachable'}${why}`;
}
