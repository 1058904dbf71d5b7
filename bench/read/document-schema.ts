// What a good engineer tells Fastify about the document, so that it is serialized by generated code.

const text = { type: 'string' } as const;
const whole = { type: 'integer' } as const;

const offer = properties({
  ...{ id: text, title: text, priceCents: whole, currency: text, image: text },
  isNew: { type: 'boolean' },
});

const book = properties({
  ...{ id: text, title: text, author: text, pages: whole, cover: text, reason: text },
});

/** In the order of the document, so that the bytes are the same. */
export const documentSchema = properties({
  user: text,
  version: whole,
  slots: properties({ offers: slotOf(offer), books: slotOf(book) }),
});

function slotOf(item: object): object {
  return properties({
    state: text,
    stamp: whole,
    event: properties({ source: text, id: text, type: text }),
    generatedAt: text,
    content: properties({ heading: text, items: { type: 'array', items: item } }),
  });
}

function properties(of: { readonly [name: string]: object }): object {
  return { type: 'object', properties: of, required: Object.keys(of) };
}
