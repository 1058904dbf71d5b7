// What the Fastify rivals have in common: the route, and where they listen.
//
// They do less than a replica: they check no token and make no validator.

import Fastify, { type FastifyReply, type FastifySchema } from 'fastify';

/** Sends the document of `user`, or 404. */
type Answer = (user: string, reply: FastifyReply) => unknown;

export const jsonType = 'application/json; charset=utf-8';

/**
 * Listens on the TCP port and the Unix socket that the command line names: clients come by the one,
 * Nginx by the other. Ends with the process.
 */
export async function serveRival(answer: Answer, schema: FastifySchema = {}): Promise<void> {
  const [port, socket] = process.argv.slice(2);
  const backlog = 4096;
  for (const address of [
    { host: '127.0.0.1', port: Number(port), backlog },
    { path: String(socket), backlog },
  ]) {
    const server = Fastify({ logger: false });
    server.get<{ Params: { user: string } }>('/v1/content/:user', { schema }, (request, reply) =>
      answer(request.params.user, reply),
    );
    await server.listen(address);
  }
}

/** The documents, or whatever is made of them, by user. */
export function byUser<Kept>(count: number, keep: (index: number) => readonly [string, Kept]) {
  return new Map(Array.from({ length: count }, (_, index) => keep(index)));
}
