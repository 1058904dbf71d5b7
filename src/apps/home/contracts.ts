// From a quote to a contract and back: a person asks by a button, insurance decides, and what it
// decided is reported for whoever shows something else from then on.

import { type Static, type TSchema, Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { defineReaction, type Logger, type Part } from '../../domain/authors.ts';
import { askProduct, ProductRefusal, type Question } from './ask-product.ts';
import { contractSigned, contractWithdrawn, quoteAccepted, withdrawalRequested } from './events.ts';
import { variableOf } from './product-url.ts';

/** Its user waits, but a contract is worth more patience than a picture. */
const deadlineMs = 3_000;

const signed = Type.Object({ contract: Type.String() });
const withdrawn = Type.Object({ quote: Type.String(), validUntil: Type.String() });

const signContract = defineReaction({
  ...{ name: 'sign-contract', deadlineMs },
  on: [quoteAccepted],
  reports: [contractSigned],
  async handle({ event, idempotencyKey, signal, log }) {
    requireOwnWill(event);
    const { user, data } = event;
    const body = { user, quote: data.quote, askedAt: event.acceptedAt };
    const answer = await decide(signed, { path: '/contracts', body, idempotencyKey, signal }, log);
    if (answer === null) return;
    const { contract } = answer;
    return { events: [{ type: contractSigned, user, data: { quote: data.quote, contract } }] };
  },
});

const withdrawContract = defineReaction({
  ...{ name: 'withdraw-contract', deadlineMs },
  on: [withdrawalRequested],
  reports: [contractWithdrawn],
  async handle({ event, idempotencyKey, signal, log }) {
    requireOwnWill(event);
    const { user, data } = event;
    const question = {
      ...{ path: '/contracts/withdraw' },
      body: { user, contract: data.contract, askedAt: event.acceptedAt },
      ...{ idempotencyKey, signal },
    };
    const answer = await decide(withdrawn, question, log);
    if (answer === null) return;
    const { quote, validUntil } = answer;
    const reported = { quote, validUntil, contract: data.contract };
    return { events: [{ type: contractWithdrawn, user, data: reported }] };
  },
});

export const contracts: Part = {
  events: [quoteAccepted, contractSigned, withdrawalRequested, contractWithdrawn],
  reactions: [signContract, withdrawContract],
};

/** A system whose key lets it report events about a user has not got that user's signature. */
function requireOwnWill({ type, source, user }: { type: string; source: string; user: string }) {
  // By ingest, for whoever showed that user's token.
  if (source === `/clients/${user}`) return;
  throw new Error(`Only ${user} may report ${type} of theirs, as a client, and not ${source}.`);
}

/** `null`: insurance said no, which only its log and ours need to know. Anything else is tried again. */
async function decide<Schema extends TSchema>(
  schema: Schema,
  question: Omit<Question, 'product'>,
  log: Logger,
): Promise<Static<Schema> | null> {
  const product = 'insurance';
  try {
    const answer = await askProduct({ product, ...question });
    if (answer === null) throw new Error(`${product} runs nowhere: set ${variableOf(product)}.`);
    if (Value.Check(schema, answer)) return answer;
    const [error] = Value.Errors(schema, answer);
    throw new Error(
      `${product} answered ${question.path} with what its team must mend: ${error?.path} ${error?.message}.`,
    );
  } catch (error) {
    if (!(error instanceof ProductRefusal)) throw error;
    log.warn(error.message);
    return null;
  }
}
