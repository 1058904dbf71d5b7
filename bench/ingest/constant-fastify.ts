// Entry: a rival that takes any body and answers a constant, with Fastify.

import { serveRival } from './rival-server.ts';

await serveRival(Number(process.argv[2]), () => {});
