// One reader who asks for their document again and again, as fast as it is answered.

import { type Connections, keepConnections } from './kept-connections.ts';
import { createWitness, type Question, type Witness } from './poller-witness.ts';

/** Side by side, so that a request can begin while another one's answer is on its way. */
const connectionCount = 4;

/** What may be asked next, in turn. The elder validator is of a body that has been replaced since. */
const turns = [
  { method: 'GET', knows: 'nothing' },
  { method: 'HEAD', knows: 'nothing' },
  { method: 'GET', knows: 'the last' },
  { method: 'GET', knows: 'an elder' },
] as const;

/** Reads until it is stopped; every answer goes to the witness. */
export function startReader(options: {
  url: URL;
  user: string;
  headers: { readonly [name: string]: string };
}): { witness: Witness; stop(): Promise<void> } {
  const witness = createWitness(options.user);
  const connections = keepConnections(options.url, connectionCount);
  let isStopped = false;
  const loops = Array.from({ length: connectionCount }, async (_, index) => {
    for (let turn = index; !isStopped; turn += 1) {
      await askOnce(connections, witness, turn, options.headers);
    }
  });
  return {
    witness,
    async stop() {
      isStopped = true;
      await Promise.all(loops);
      connections.close();
    },
  };
}

async function askOnce(
  connections: Connections,
  witness: Witness,
  turn: number,
  headers: { readonly [name: string]: string },
): Promise<void> {
  const { method, knows } = turns[turn % turns.length] as (typeof turns)[number];
  const tags = witness.tags();
  const known = { nothing: undefined, 'the last': tags.at(-1), 'an elder': tags.at(-3) };
  const knownTag = known[knows] ?? null;
  const question: Question = { method, knownTag, floor: witness.floor() };
  const condition = knownTag === null ? {} : { 'if-none-match': knownTag };
  try {
    const path = '/v1/content/me';
    witness.heard(
      question,
      await connections.ask({ method, path, headers: { ...headers, ...condition } }),
    );
  } catch (error) {
    witness.unheard(question, error);
  }
}
