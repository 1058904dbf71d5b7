// What the rivals answer: as long as what the ingest answers to one event.

export const accepted = {
  type: 'application/json; charset=utf-8',
  body: JSON.stringify({ tickets: ['x'.repeat(43)] }),
};
