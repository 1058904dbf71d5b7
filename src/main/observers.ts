// What watches a process of ours: its log, and its metrics.

import type { MetricsPage, Watched } from '../domain/metrics.ts';
import { observeTogether } from '../domain/observation.ts';
import { type PinoOptions, pinoObserver } from '../outbound/pino-observer.ts';
import {
  openPrometheus,
  type PartName,
  type PrometheusMetrics,
} from '../outbound/prometheus-metrics.ts';

export type Observers = Watched & {
  page: MetricsPage;
  /** For a replica: each of its lines and figures says where it is. */
  ofReplica(place: { region: string; instance: string }): Watched;
  addBacklog: PrometheusMetrics['addBacklog'];
};

export function openObservers(log: PinoOptions & { parts: readonly PartName[] }): Observers {
  const elapsedMs = () => performance.now();
  const counted = openPrometheus({ parts: log.parts, withProcess: true, elapsedMs });
  return {
    ...counted,
    observe: observeTogether(pinoObserver(log), counted.observe),
    ofReplica({ region, instance }) {
      const { observe, metrics } = counted.inRegion(region);
      const logged = pinoObserver({ ...log, place: { region, instance } });
      return { observe: observeTogether(logged, observe), metrics };
    },
  };
}
