// Arrays of text as Postgres takes them fastest: in its binary format.
//
// As text, each of their characters is looked at three times: escaped here, read there, and copied
// once more for quotes and backslashes, of which JSON has many.

/** Of `text` in pg_type, the same on every server. */
const textOid = 25;
const headerBytes = 20;

/** A value for a query: an array of text in binary, everything else as it is. */
export function toParameter(value: unknown): unknown {
  if (!Array.isArray(value) || !value.some(isText)) return value;
  return value.every((item) => item === null || isText(item)) ? textArray(value) : value;
}

function isText(item: unknown): item is string {
  return typeof item === 'string';
}

/** A value for a parameter of type `text[]`: pg sends a Buffer as it is, and says that it is binary. */
function textArray(items: readonly (string | null)[]): Buffer {
  let bytes = headerBytes;
  for (const item of items) bytes += 4 + (item === null ? 0 : Buffer.byteLength(item));
  const array = Buffer.allocUnsafe(bytes);
  array.writeInt32BE(1, 0); // Dimensions.
  array.writeInt32BE(1, 4); // There may be nulls among them.
  array.writeInt32BE(textOid, 8);
  array.writeInt32BE(items.length, 12);
  array.writeInt32BE(1, 16); // Number of the first.
  let at = headerBytes;
  for (const item of items) {
    const length = item === null ? -1 : array.write(item, at + 4);
    array.writeInt32BE(length, at);
    at += 4 + Math.max(length, 0);
  }
  return array;
}
