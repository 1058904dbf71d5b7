// What every run of the suite works with, and what it must find when it is over.

import type { Edge } from '../edge/open-edge.ts';
import { send } from '../edge/send.ts';
import type { SuiteOptions } from '../read/suite.ts';
import { idOf, type Login, userOf } from './login.ts';
import type { Producer } from './producer.ts';
import type { PositionWatch } from './watch-positions.ts';

export type Bench = {
  suite: string;
  edge: Edge;
  producer: Producer;
  watch: PositionWatch;
  options: SuiteOptions;
  /** A name that no run had before. */
  nextRun(): string;
};

export const accepted = 202;

export function loginsOf(run: string, count: number): Login[] {
  return Array.from({ length: count }, (_, index) => ({ run, index }));
}

const samples = 20;

/** Throws unless these users' clients read, in every region, what their own event has made. */
export async function checkContent({ edge }: Bench, logins: readonly Login[]): Promise<void> {
  const step = Math.max(1, Math.floor(logins.length / samples));
  for (let index = 0; index < logins.length; index += step) {
    const login = logins[index] as Login;
    const user = userOf(login);
    const headers = { authorization: `Bearer ${await edge.tokenOf(user)}` };
    for (const { region, url } of edge.doors) {
      const { status, text } = await send(`${url}/v1/content/me`, { headers });
      const isIts = status === 200 && text.includes(`"event":"${idOf(login)}"`);
      if (!isIts) throw new Error(`${user} reads in ${region}: ${status} ${text.slice(0, 300)}`);
    }
  }
}

export function placesOf({ doors }: Edge): string {
  return doors.length === 1 ? '1 region' : `${doors.length} regions`;
}

export const withThousands = (value: number): string => value.toLocaleString('en-US');
