// Asks a product's back end. It may be down, slow or mistaken, and belongs to another team: so an
// error names the product and says what to do, and no more is read than a slot could hold.

import { productUrl, variableOf } from './product-url.ts';

const maxAnswerBytes = 64 * 1024;
const maxQuotedChars = 200;

export type Question = {
  product: string;
  path: string;
  body: unknown;
  signal: AbortSignal;
  /** For what must not happen twice. */
  idempotencyKey?: string;
};

/** It would say something else at another time. */
const later = new Set([408, 425, 429]);

/** The product understood and says no: asking again would change nothing. */
export class ProductRefusal extends Error {}

/** Returns the JSON of the answer, or `null` when there is nothing to say: 204, or no such product here. */
export async function askProduct(question: Question): Promise<unknown> {
  const { product, path } = question;
  const url = productUrl(product);
  if (url === null) return null;
  const response = await post(`${url}${path}`, question);
  if (response.status === 204) return null;
  const text = await readText(response, question);
  if (response.status >= 400 && response.status < 500 && !later.has(response.status)) {
    throw new ProductRefusal(`${product} refuses ${path} with ${response.status}: ${quoted(text)}`);
  }
  if (response.status !== 200) {
    throw new Error(
      `${product} answered ${path} with ${response.status}: its log says why. ${quoted(text)}`,
    );
  }
  const type = response.headers.get('content-type') ?? 'no content-type';
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw new Error(
      `${product} answered ${path} with ${quoted(type)}: its team must send application/json.`,
    );
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(
      `${product} answered ${path} with what is no JSON, which its team must mend: ${(cause as Error).message}`,
      { cause },
    );
  }
}

async function post(url: string, question: Question): Promise<Response> {
  const { product, path, body, signal, idempotencyKey } = question;
  try {
    return await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      body: JSON.stringify(body),
      redirect: 'error',
      signal,
    });
  } catch (cause) {
    throw new Error(
      `${product} did not answer ${path}: start it, or correct ${variableOf(product)}. ${reasonOf(cause)}`,
      { cause },
    );
  }
}

/** Stops at the limit, whatever the answer says of its length. */
async function readText(response: Response, { product, path }: Question): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response.body ?? []) {
      bytes += chunk.byteLength;
      // Leaving the loop cancels the answer.
      if (bytes > maxAnswerBytes) break;
      chunks.push(chunk);
    }
  } catch (cause) {
    throw new Error(`${product} broke off its answer to ${path}. ${reasonOf(cause)}`, { cause });
  }
  if (bytes > maxAnswerBytes) {
    throw new Error(
      `${product} answered ${path} with more than ${maxAnswerBytes} bytes: its team must send less.`,
    );
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** What fetch throws says little; its cause says ECONNREFUSED, or "unexpected redirect". */
function reasonOf(error: unknown): string {
  const { message, cause } = error as {
    message?: unknown;
    cause?: { code?: unknown; message?: unknown };
  };
  return String(cause?.code ?? cause?.message ?? message ?? error);
}

function quoted(text: string): string {
  return text.length > maxQuotedChars ? `${text.slice(0, maxQuotedChars)}…` : text;
}
