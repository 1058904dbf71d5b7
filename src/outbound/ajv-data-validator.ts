// The port DataValidator on Ajv: the JSON Schemas of the configured event types, compiled once.

import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { EventType } from '../domain/authors.ts';
import type { DataValidator } from '../domain/ports.ts';

/** Messages quote schemas, for example a whole enumeration. */
const maxMessageChars = 200;

/** Throws when a schema is malformed or uses a keyword or format that does not exist. */
export function ajvDataValidator(events: readonly EventType[]): DataValidator {
  const ajv = new Ajv2020({
    strict: true,
    allowUnionTypes: true,
    // One problem is enough to refuse, and finding all of them costs what the sender chooses.
    allErrors: false,
    coerceTypes: false,
    useDefaults: false,
    removeAdditional: false,
    ownProperties: true,
    logger: false,
  });
  addFormats.default(ajv);
  const validators = new Map(
    events.map((event) => [event.type, compile(event, (schema) => ajv.compile(schema))]),
  );

  return (type, data) => {
    const validate = validators.get(type);
    if (validate === undefined) return null;
    return validate(data) ? [] : (validate.errors ?? []).map(problemOf);
  };
}

function compile(
  event: EventType,
  compileSchema: (schema: object) => ValidateFunction,
): ValidateFunction {
  try {
    return compileSchema(event.schema);
  } catch (error) {
    const { message } = error as Error;
    throw new Error(`The schema of event type "${event.type}": ${message}.`, { cause: error });
  }
}

function problemOf(error: ErrorObject): { pointer: string; message: string } {
  const { additionalProperty, unevaluatedProperty } = error.params as { [name: string]: unknown };
  const name = additionalProperty ?? unevaluatedProperty;
  const text = `${error.message ?? 'is not valid'}${name === undefined ? '' : `: ${name}`}`;
  const message = text.length > maxMessageChars ? `${text.slice(0, maxMessageChars)}…` : text;
  return { pointer: error.instancePath.slice(0, maxMessageChars), message };
}
