// What the Fastify rivals have in common: they take a body as it is, without looking into it.

import Fastify, { type FastifyInstance } from 'fastify';
import { accepted } from './constant-answer.ts';

/** `publish` resolves when the event may be answered; ends with the process. */
export async function serveRival(port: number, publish: (body: Buffer) => Promise<void> | void) {
  const server: FastifyInstance = Fastify({ logger: false });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  );
  server.post<{ Body: Buffer }>('/v1/events', async (request, reply) => {
    await publish(request.body);
    return reply.code(202).type(accepted.type).send(accepted.body);
  });
  await server.listen({ host: '127.0.0.1', port, backlog: 4096 });
}
