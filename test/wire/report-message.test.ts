import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReplicaReport } from '../../src/domain/receipt.ts';
import { decodeReport, encodeReport, maxReceipts } from '../../src/wire/report-message.ts';

const report: ReplicaReport = {
  ...{ region: 'eu', instance: 'eu-1', sentAtMs: 1_795_248_000_500, isCaughtUp: true },
  receipts: [
    { user: 'alice', version: 1_795_248_000_123, positionedAtMs: 1_795_248_000_130 },
    { user: 'bob', version: 0, positionedAtMs: 0 },
  ],
};
const good = encodeReport(report).toString();

describe('a report', () => {
  it('arrives as it was, with receipts and without', () => {
    expect(decodeReport(encodeReport(report), 'receipts.eu')).toEqual(report);
    const idle = { ...report, isCaughtUp: false, receipts: [] };
    expect(decodeReport(encodeReport(idle), 'receipts.eu')).toEqual(idle);
  });

  it.each([
    ['of no bytes', '', 'not JSON'],
    ['that is an array', '[]', 'no kind'],
    ['of a later schema', good.replace('"schema":1', '"schema":2'), 'schema 2 is unknown'],
    ['of another kind', good.replace('"report"', '"page"'), 'Expected the kind "report"'],
    ['of no region', good.replace('"region":"eu"', '"region":""'), '/region'],
    ['of a region with a dot', good.replace('"region":"eu"', '"region":"e.u"'), '/region'],
    ['of an endless instance', good.replace('eu-1', 'e'.repeat(65)), '/instance'],
    ['with an instance that is a number', good.replace('"eu-1"', '1'), '/instance'],
    ['with a negative version', good.replace('[1795248000123', '[-1'), '/versions/0'],
    ['with a broken time', good.replace('[1795248000130', '[1.5'), '/positionedAtMs/0'],
    ['with a version too many', good.replace('"versions":[', '"versions":[1,'), 'differ in length'],
    ['with a time too few', good.replace('130,0]', '130]'), 'differ in length'],
    ['with a user that is none', good.replace('"alice"', '".alice"'), 'not a user'],
    ['with a user that is null', good.replace('"alice"', 'null'), '/users/0'],
    ['with a user twice', good.replace('"alice"', '"bob"'), 'twice'],
    ['with a NUL in a user', good.replace('alice', 'ali\\u0000ce'), 'not a user'],
    [
      'with too many receipts',
      good.replace('"users":[', `"users":[${'"x",'.repeat(maxReceipts)}`),
      '/users',
    ],
  ])('%s is refused', (_name, body, problem) => {
    expect(() => decodeReport(Buffer.from(body), 'receipts.eu')).toThrow(problem);
    expect(() => decodeReport(Buffer.from(body), 'receipts.eu')).toThrow(
      expect.objectContaining({ code: 'rejected' }),
    );
  });

  it.each(['receipts.us', 'receipts.eu.eu-1', 'pages.eu', ''])(
    'that came by "%s" is refused',
    (key) => {
      expect(() => decodeReport(encodeReport(report), key)).toThrow('speaks for "receipts.eu"');
    },
  );

  it('of any bytes is read or refused, and nothing else', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
      fc.json().map((json) => Buffer.from(json)),
      fc
        .tuple(fc.nat(good.length), fc.string({ maxLength: 4 }))
        .map(([at, text]) => Buffer.from(good.slice(0, at) + text + good.slice(at + 1))),
    );
    fc.assert(
      fc.property(bytes, (body) => {
        try {
          decodeReport(body, 'receipts.eu');
        } catch (error) {
          expect(error).toMatchObject({ code: 'rejected' });
        }
      }),
    );
  });
});
