// Whether what a product said fits its template; if not, where and why.

import type { TSchema } from '@sinclair/typebox';
import { type TypeCheck, TypeCompiler, type ValueError } from '@sinclair/typebox/compiler';
import { contentSchemas, type ProductContent, type TemplateName } from './schema.ts';

const templates = Object.keys(contentSchemas) as TemplateName[];

/** Compiled when first needed: most processes that load this check nothing. */
const checks = new Map<TemplateName, TypeCheck<TSchema>>();

/** Chooses the schema by `template`, because a union says only that no member of it fits. */
export function checkContent(content: unknown): ProductContent {
  const template = (content as { template?: unknown } | null)?.template;
  if (!isTemplate(template)) {
    throw new Error(
      `/template is ${shown(template)}, but must be one of: ${templates.join(', ')}.`,
    );
  }
  const check = checks.get(template) ?? TypeCompiler.Compile(contentSchemas[template]);
  checks.set(template, check);
  if (check.Check(content)) return content as ProductContent;
  throw new Error([...new Set([...check.Errors(content)].map(asSentence))].slice(0, 3).join(' '));
}

function isTemplate(name: unknown): name is TemplateName {
  return templates.includes(name as TemplateName);
}

function asSentence({ path, message, schema, value }: ValueError): string {
  if (value === undefined) return `${path} is missing.`;
  if (schema.description === undefined) return `${path}: ${message}, but it is ${shown(value)}.`;
  return `${path} must be ${schema.description}, but is ${shown(value)}.`;
}

/** Short, because it may be anything. */
function shown(value: unknown): string {
  const text = value === undefined ? 'missing' : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
