// What the bench reports of its users.

import { Type } from '@sinclair/typebox';
import { defineEvent } from '../../../src/domain/authors.ts';

/** When its content is to expire, in Unix milliseconds; without it, never. */
const expiresAtMs = Type.Optional(Type.Integer({ minimum: 0 }));

export const userLoggedIn = defineEvent({
  type: 'user.logged-in',
  schema: Type.Object({ expiresAtMs }, { additionalProperties: false }),
});
