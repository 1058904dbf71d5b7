// Takes secrets out of text that goes to the log: errors quote what they failed with.

const replacements: readonly { pattern: RegExp; by: string }[] = [
  // Passwords in URLs, such as the broker's or the database's.
  { pattern: /\b([a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s/]+@/gi, by: '$1:***@' },
  // Producers' keys: the id stays, so that an operator knows which.
  { pattern: /\bbhk_([A-Za-z0-9-]{1,64})_[A-Za-z0-9_-]+/g, by: 'bhk_$1_***' },
  { pattern: /\b(bearer|basic)\s+[^\s"',]+/gi, by: '$1 ***' },
  // JSON Web Tokens wherever they turn up.
  { pattern: /\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*/g, by: '***' },
];

export function redactSecrets(text: string): string {
  return replacements.reduce((rest, { pattern, by }) => rest.replace(pattern, by), text);
}
