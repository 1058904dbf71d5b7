// How large a text of an author's is, without copying one that is huge.

/**
 * Bytes of `text` in UTF-8. Of one that has more characters than `maxBytes`, their number will do: to
 * count its bytes, V8 copies it, and where no memory is left for that it ends the whole process.
 */
export function countBytes(text: string, maxBytes: number): number {
  return text.length > maxBytes ? text.length : Buffer.byteLength(text);
}
