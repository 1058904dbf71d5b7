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
  const at = contentJson.lastIndexOf(lastMember);
  if (at > 0) {
    // The member ends the text if nothing but this string and one brace follow.
    const html = stringIn(contentJson.slice(at + lastMember.length - 1, -1));
    if (html !== null) return { json: `${contentJson.slice(0, at)}}`, html };
  } else if (!contentJson.startsWith(onlyOrFirstMember)) {
    return { json: contentJson, html: null };
  }
  return cutParsed(contentJson);
}

/** The same content with its `html` at the end. */
export function withHtmlLast(contentJson: string): string {
  const { json, html } = cutHtml(contentJson);
  if (html === null || json === '{}') return contentJson;
  return `${json.slice(0, -1)}${lastMember.slice(0, -1)}${JSON.stringify(html)}}`;
}

/** Stored before there was a page, or written by other hands. */
function cutParsed(contentJson: string): CutContent {
  const content: unknown = JSON.parse(contentJson);
  const isObject = typeof content === 'object' && content !== null && !Array.isArray(content);
  if (!isObject || !('html' in content) || typeof content.html !== 'string') {
    return { json: contentJson, html: null };
  }
  const { html, ...rest } = content;
  return { json: JSON.stringify(rest), html };
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
