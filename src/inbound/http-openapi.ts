// OpenAPI 3.1, made from the very schemas that validate, and a page to read and try it.

import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';

export type About = { title: string; description: string; version: string };

/** The page loads nothing from elsewhere; its own styles are inline. */
const pagePolicy = [
  "default-src 'self'",
  "img-src 'self' data:",
  "style-src 'self' 'unsafe-inline'",
  "frame-ancestors 'none'",
].join('; ');

/** Must be registered before the routes it is to describe. */
export async function addOpenApi(server: FastifyInstance, about: About): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { ...about, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
      components: {
        securitySchemes: {
          producerKey: { type: 'http', scheme: 'bearer', bearerFormat: 'bhk_…' },
          clientToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        },
      },
    },
  });
  await server.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: pagePolicy,
    // The default asks a validator on the internet about the document.
    uiConfig: { validatorUrl: null, tryItOutEnabled: true },
  });
  server.get('/openapi.json', { schema: { hide: true } }, async () => server.swagger());
}
