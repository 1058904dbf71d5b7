// Content that brings HTML for the page with it: an object with a member `html`. A worker writes this
// member last, so that a replica, which takes it off for every body it composes, cuts and need not parse.

export type CutContent = {
  /** JSON text without `html`. */
  json: string;
  /** `null`: it brings none. */
  html: string | null;
};

const lastMember = ',"html":"';
const onlyOrFirstMember = '{"html":"';

/** Takes `html` off content that JSON.stringify wrote. What is no string stays where it is. */
export function cutHtml(contentJson: string): CutContent {
  const cut = cutLast(contentJson);
  if (cut !== null) return cut;
  if (!contentJson.includes(lastMember) && !contentJson.startsWith(onlyOrFirstMember)) {
    return { json: contentJson, html: null };
  }
  // Stored before there was a page, or written by other hands.
  const { html, ...rest } = objectIn(contentJson) ?? {};
  if (typeof html !== 'string') return { json: contentJson, html: null };
  return { json: JSON.stringify(rest), html };
}

/**
 * The same content with its `html` at the end, and what that is; `undefined`: it brings none. What is
 * no string stays where it is here as well.
 */
export function withHtmlLast(contentJson: string): { json: string; html: unknown } {
  const cut = cutLast(contentJson);
  if (cut !== null) return { json: contentJson, html: cut.html };
  if (!contentJson.includes('"html":')) return { json: contentJson, html: undefined };
  const { html, ...rest } = objectIn(contentJson) ?? {};
  const isText = typeof html === 'string';
  return { json: isText ? JSON.stringify({ ...rest, html }) : contentJson, html };
}

/** `null` unless the text ends with an `html` that is a string. */
function cutLast(contentJson: string): CutContent | null {
  const at = contentJson.lastIndexOf(lastMember);
  if (at <= 0) return null;
  // The member ends the text if nothing but this string and one brace follow.
  const html = stringIn(contentJson.slice(at + lastMember.length - 1, -1));
  return html === null ? null : { json: `${contentJson.slice(0, at)}}`, html };
}

/** `null` for what has no members. */
function objectIn(json: string): { [name: string]: unknown } | null {
  const value: unknown = JSON.parse(json);
  const isObject = typeof value === 'object' && value !== null;
  return isObject ? (value as { [name: string]: unknown }) : null;
}

/** `null` for what is not one JSON string alone. */
function stringIn(json: string): string | null {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}
