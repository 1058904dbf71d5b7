// The content that a product pushes, as a schema that ingest refuses by: what does not fit is told to
// the product at once, with the place in its data.

import { Type } from '@sinclair/typebox';
import { contentSchemas, type ProductContent } from './look/schema.ts';

/**
 * The template chooses the schema. A union would say the same, but of content that fits none of its
 * members it tells what is wrong with the first.
 */
export const pushedContent = Type.Unsafe<ProductContent>({
  type: 'object',
  required: ['template', 'data'],
  properties: { template: { type: 'string', enum: Object.keys(contentSchemas) }, data: {} },
  allOf: Object.entries(contentSchemas).map(([template, schema]) => ({
    if: { properties: { template: { const: template } } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
    then: schema,
  })),
});
