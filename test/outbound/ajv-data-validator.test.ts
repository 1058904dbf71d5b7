// The port DataValidator on Ajv.

import { Type } from '@sinclair/typebox';
import { describe, expect, it } from 'vitest';
import { defineEvent } from '../../src/domain/authors.ts';
import type { Json } from '../../src/domain/json.ts';
import { ajvDataValidator } from '../../src/outbound/ajv-data-validator.ts';

const login = defineEvent({
  type: 'login',
  schema: Type.Object(
    {
      page: Type.String({ maxLength: 10 }),
      at: Type.Optional(Type.String({ format: 'date-time' })),
      kind: Type.Optional(Type.Union([Type.Literal('a'), Type.Literal('b')])),
    },
    { additionalProperties: false },
  ),
});

const validate = ajvDataValidator([login, defineEvent({ type: 'any', schema: {} })]);

describe('data', () => {
  it('that fits has no problems and is left as it is', () => {
    const data = { page: 'home', at: '2026-11-21T08:00:00Z', kind: 'a' };
    expect(validate('login', data)).toEqual([]);
    expect(data).toEqual({ page: 'home', at: '2026-11-21T08:00:00Z', kind: 'a' });
  });

  it.each<[Json, string]>([
    [{ page: 7 }, '/page'],
    [{ page: '7', at: 'yesterday' }, '/at'],
    [{}, ''],
    [null, ''],
    [[], ''],
  ])('that does not fit has a problem with its place: %j', (data, pointer) => {
    expect(validate('login', data)?.[0]).toMatchObject({ pointer });
  });

  it('is not made to fit', () => {
    const data = { page: 'home', more: true };
    expect(validate('login', data)?.[0]?.message).toContain('more');
    expect(data).toEqual({ page: 'home', more: true });
  });

  it('of an unknown type is not judged', () => {
    expect(validate('logout', {})).toBeNull();
    expect(validate('constructor', {})).toBeNull();
  });

  it('has problems of a bounded length', () => {
    const name = 'x'.repeat(50_000);
    const [problem] = validate('login', { page: 'home', [name]: 1 }) ?? [];
    expect(problem?.message.length).toBeLessThan(300);
  });
});

describe('a schema', () => {
  it.each([
    [{ type: 'objekt' }],
    [{ type: 'object', propertys: {} }],
    [{ type: 'string', format: 'no-such-format' }],
  ])('that is malformed is refused, by the name of its type: %j', (schema) => {
    const event = defineEvent({ type: 'login', schema });
    expect(() => ajvDataValidator([event])).toThrow(/"login"/);
  });
});
