// The OpenAPI document of the ingest: well-formed, and about what is really there.

import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problems } from '../../src/inbound/http-problem.ts';
import { batch, goodEvent, structured } from '../fixtures/bad-event.ts';
import { badEvents } from '../fixtures/bad-events.ts';
import { openIngest, type TestIngest } from './open-ingest.ts';
import { get } from './open-server.ts';

type Content = { [mediaType: string]: { schema: object } };
type Operation = {
  summary: string;
  security?: object[];
  parameters?: readonly { name: string; in: string; schema: unknown }[];
  requestBody?: { content: Content };
  responses: { [status: string]: { description: string; content?: Content } };
};
type Document = { openapi: string; paths: { [path: string]: { [method: string]: Operation } } };

let ingest: TestIngest;
let document: Document;
let post: Operation;

beforeAll(async () => {
  ingest = await openIngest();
  document = (await get(ingest.url, '/openapi.json')).json as Document;
  post = document.paths['/v1/events']?.post as Operation;
});
afterAll(() => ingest.stop());

const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);

/** Ajv remembers what it compiled by the schema object, of which there is one per media type. */
function validatorOf(content: Content | undefined, mediaType: string) {
  const schema = content?.[mediaType]?.schema;
  if (schema === undefined) throw new Error(`Nothing is said of ${mediaType}.`);
  return ajv.compile(schema);
}

describe('the document', () => {
  it('is OpenAPI 3.1 and lists exactly the routes that a caller may use', () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(Object.keys(document.paths).sort()).toEqual([
      '/health/live',
      '/health/ready',
      '/v1/events',
    ]);
  });

  it('describes every route and each of its answers', () => {
    for (const operation of Object.values(document.paths).flatMap(Object.values)) {
      expect(operation.summary).toBeTruthy();
      for (const response of Object.values(operation.responses as Operation['responses'])) {
        expect(response.description.length).toBeGreaterThan(3);
      }
    }
    expect(post.security).toEqual([{ producerKey: [] }]);
  });

  it('describes parameters that are really there, each with a schema', () => {
    const operations = Object.values(document.paths).flatMap(Object.values) as Operation[];
    const parameters = operations.flatMap(({ parameters = [] }) => parameters);
    for (const { name, schema, in: place } of parameters) {
      expect(['query', 'header', 'path'], name).toContain(place);
      expect(schema, name).toBeTypeOf('object');
      expect(schema, name).not.toBeNull();
    }
    expect(parameters.filter(({ in: place }) => place === 'query')).toEqual([]);
    expect(post.parameters?.map(({ name }) => name)).toContain('ce-id');
  });

  it('has a schema for each of the three modes that takes what the route takes', () => {
    const content = post.requestBody?.content;
    expect(validatorOf(content, structured['content-type'])(goodEvent)).toBe(true);
    expect(validatorOf(content, batch['content-type'])([goodEvent])).toBe(true);
    expect(validatorOf(content, batch['content-type'])([])).toBe(false);
    expect(validatorOf(content, 'application/json')({ any: 'data' })).toBe(true);
  });

  it('knows every status and problem that the corpus of bad events is answered with', async () => {
    const small = badEvents.filter(({ body }) => body.length < 2_000);
    const answered = await Promise.all(
      small.map(async ({ headers, body, status }) => ({
        answer: await ingest.post(headers, body),
        status,
      })),
    );
    for (const { answer, status } of answered) {
      const response = post.responses[status];
      expect(response, `status ${status}`).toBeDefined();
      const [mediaType = ''] = (answer.headers['content-type'] ?? '').split(';');
      expect(validatorOf(response?.content, mediaType)(answer.json)).toBe(true);
      if (status >= 400) {
        expect(response?.description).toContain((answer.json as { code: string }).code);
      }
    }
  });

  it('names no problem that does not exist', () => {
    const named = Object.values(post.responses).flatMap(({ description }) =>
      [...description.matchAll(/\b([a-z]+_[a-z_]+):/g)].map(([, code]) => code as string),
    );
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((code) => !(code in problems))).toEqual([]);
  });
});
