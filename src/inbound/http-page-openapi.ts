// How the page and its files are described.

import { Type } from '@sinclair/typebox';
import { pageType } from './http-page-headers.ts';
import { problemResponses } from './http-problem-schema.ts';

const notModified = { description: 'The client has it already: see If-None-Match.' };
const refusals = ['malformed_request', 'uri_too_long', 'headers_too_large'] as const;
const failures = ['unavailable', 'overloaded', 'deadline_exceeded'] as const;

export const pageRouteSchema = {
  summary: "The page: what the document of the token's subject shows, as HTML",
  description:
    'Without a token that is valid now it is the page that everyone is shown. It is never refused for ' +
    'what it carries.',
  tags: ['page'],
  security: [{ clientToken: [] }, {}],
  response: {
    200: { description: 'The page.', content: { [pageType]: { schema: Type.String() } } },
    304: notModified,
    ...problemResponses([...refusals, ...failures]),
  },
};

export const assetRouteSchema = {
  summary: 'A file that the page refers to',
  tags: ['page'],
  params: Type.Object({ name: Type.String() }),
  response: {
    200: { description: 'The file.', content: { '*/*': { schema: Type.String() } } },
    304: notModified,
    ...problemResponses([...refusals, 'not_found', ...failures]),
  },
};
