// What the bench reports of its users: an event of 0.3 KB.

import { Type } from '@sinclair/typebox';
import { defineEvent } from '../../../src/domain/authors.ts';

export const loginData = {
  device: Type.String(),
  locale: Type.String(),
  basket: Type.Array(Type.String()),
};

export const userLoggedIn = defineEvent({
  type: 'user.logged-in',
  schema: Type.Object(loginData, { additionalProperties: false }),
});
