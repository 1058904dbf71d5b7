// What our schema takes for a CloudEvent is one to the SDK too, which knows the specification.

import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { CloudEvent } from 'cloudevents';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cloudEventSchema } from '../../src/inbound/http-event-schema.ts';
import { goodEvent } from '../fixtures/bad-event.ts';

const ajv = new Ajv({ allowUnionTypes: true });
addFormats.default(ajv);
const validate = ajv.compile(cloudEventSchema);

const names = [
  ...['specversion', 'id', 'source', 'type', 'subject', 'time', 'dataschema', 'datacontenttype'],
  ...['schemaurl', 'lane', 'data', 'ext', 'MyExt', 'a_b', 'é'],
];

const values = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.webUrl(),
  fc.integer(),
  fc.constantFrom('', 'text', '1.0', '0.3', '/s', 'a b', '%', 'http://[::1', 'no uri'),
  fc.constantFrom('2026-01-01T00:00:00Z', '2026-06-30T23:59:60Z', '2026-13-01', 'Application/JSON'),
  fc.constantFrom(0, 1.5, 2 ** 31, true, null, {}, []),
);

it.each(names)('%s is taken with nothing that the SDK refuses', (name) => {
  let taken = 0;
  const property = fc.property(values, (value) => {
    const event = { ...goodEvent, [name]: value };
    if (!validate(event)) return;
    taken += 1;
    // Its constructor takes no null, which the JSON format has for what is absent.
    const given = Object.entries(event).filter(([, attribute]) => attribute !== null);
    const open = () => new CloudEvent(Object.fromEntries(given));
    expect(open).not.toThrow();
  });
  fc.assert(property, { numRuns: 300 });
  expect(taken > 0).toBe(!['MyExt', 'a_b', 'é'].includes(name));
});
