// How facts become metrics: for each kind of observation, what it adds to which of them.

import type { Observation, Observe } from '../domain/observation.ts';

/** What a part of a process counts. Kinds that are not there are for the log only. */
export type FactHandlers = {
  readonly [Kind in Observation['kind']]?: (fact: Extract<Observation, { kind: Kind }>) => void;
};

export function observeWith(handlers: FactHandlers): Observe {
  return (observation) => {
    const handle = handlers[observation.kind] as ((fact: Observation) => void) | undefined;
    handle?.(observation);
  };
}

/** From what takes milliseconds in passing to what nobody should have to wait for. */
export const briefBucketsS = [
  0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30,
];
/** The promise is "there at the first read", so the finest are those that a person does not feel. */
export const positioningBucketsS = [
  0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800,
];
export const sizeBuckets = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
