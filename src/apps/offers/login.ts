// The event that the shop's front door reports when a user has logged in.

import { Type } from '@sinclair/typebox';
import { defineEvent } from '../../domain/authors.ts';

export const userLogin = defineEvent({
  type: 'user.login',
  schema: Type.Object(
    {
      device: Type.Optional(Type.Union([Type.Literal('web'), Type.Literal('phone')])),
      /** A language tag such as "de" or "de-AT". */
      locale: Type.Optional(Type.String({ pattern: '^[a-z]{2}(-[A-Z]{2})?$' })),
    },
    { additionalProperties: false },
  ),
});
