// The event that the shop reports when a user has looked at one of its categories.

import { Type } from '@sinclair/typebox';
import { defineEvent } from '../../domain/authors.ts';
import { categories } from './catalog.ts';

export const categoryViewed = defineEvent({
  type: 'category.viewed',
  schema: Type.Object(
    { category: Type.Union(categories.map((category) => Type.Literal(category))) },
    { additionalProperties: false },
  ),
});
