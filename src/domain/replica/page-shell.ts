// The HTML around a page's content: what it may say, and what is filled into it once.

import { slotsMark } from './page-assets.ts';

const comment = /<!--[\s\S]*?-->/g;
const placeholder = /\{\{\s*([^{}]*?)\s*\}\}/g;
const placeholders = ['client-events-url', 'session-url'] as const;

export type ShellValues = { readonly [Name in (typeof placeholders)[number]]: string };

/** Without what only its author reads. */
export function stripShell(shell: string): string {
  return shell.replaceAll(comment, (found) => (found === slotsMark ? found : ''));
}

/** What is wrong with a shell, or what browsers would not do that hold it to the page's policy. */
export function* shellProblems(shell: string): Iterable<string> {
  const marks = shell.split(slotsMark).length - 1;
  if (marks !== 1) yield `shell.html must have ${slotsMark} once, and has it ${marks} times.`;
  for (const [, name = ''] of shell.matchAll(placeholder)) {
    if (!placeholders.some((known) => known === name)) {
      yield `shell.html has {{${name}}}, and knows ${placeholders.join(', ')} only.`;
    }
  }
  for (const { tag, name, attributes, text } of tagsOf(shell)) {
    const problem = problemOfTag(name, attributes, text);
    if (problem !== null) yield `${tag}: ${problem}`;
  }
}

type Tag = { tag: string; name: string; attributes: ReadonlyMap<string, string>; text: string };

/** Attributes with lower-case names; of each element the text up to the next tag. */
function tagsOf(shell: string): Tag[] {
  const tags =
    /<([a-z][a-z0-9-]*)((?:\s+[^\s"'<>/=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>]+))?)*)\s*\/?>([^<]*)/gi;
  const attribute = /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+)))?/g;
  return [...shell.matchAll(tags)].map(([all, name = '', list = '', text = '']) => ({
    tag: all.slice(0, all.length - text.length),
    name: name.toLowerCase(),
    attributes: new Map(
      [...list.matchAll(attribute)].map(([, key = '', ...values]) => [
        key.toLowerCase(),
        values.find((value) => value !== undefined) ?? '',
      ]),
    ),
    text,
  }));
}

const useless: { readonly [tag: string]: string } = {
  style: 'the policy allows no style in the page: put it into a file and refer to that.',
  base: 'the policy allows none.',
  iframe: 'the policy allows none.',
  object: 'the policy allows none.',
  embed: 'the policy allows none.',
};

/** Elements whose file a browser fetches under the policy. */
const fetching: { readonly [tag: string]: string } = {
  ...{ script: 'src', img: 'src', source: 'src', input: 'src', link: 'href' },
};
const fetchedLinks = /\b(?:stylesheet|icon|preload|modulepreload|manifest)\b/;

function problemOfTag(
  name: string,
  attributes: Tag['attributes'],
  text: Tag['text'],
): string | null {
  if (useless[name] !== undefined) return useless[name];
  const handler = [...attributes.keys()].find((key) => key.startsWith('on'));
  if (handler !== undefined) return `the policy allows no ${handler}: add it in a script.`;
  if (name === 'script') {
    const isData = /^application\/(?:ld\+)?json$/.test(attributes.get('type') ?? '');
    if (isData) return null;
    if (text.trim() !== '') return 'the policy allows no script in the page: put it into a file.';
    if (!attributes.has('src')) return 'it needs a src.';
  }
  const source = attributes.get(fetching[name] ?? '');
  if (source === undefined) return null;
  if (name === 'link' && !fetchedLinks.test(attributes.get('rel') ?? '')) return null;
  if (/^\/assets\/[\w.-]+$/.test(source)) return null;
  if (source.startsWith('data:') && name !== 'script' && name !== 'link') return null;
  return `the policy allows nothing from elsewhere: "${source}" must be /assets/NAME.`;
}

const reference = /\/assets\/(\w[\w.-]*)/g;

/** The NAME of each /assets/NAME. */
export function assetsNamedIn(shell: string): Set<string> {
  return new Set([...shell.matchAll(reference)].map(([, name = '']) => name));
}

/** Those that are not in `names` stay. */
export function renameAssets(shell: string, names: ReadonlyMap<string, string>): string {
  return shell.replaceAll(reference, (_, name: string) => `/assets/${names.get(name) ?? name}`);
}

export function fillShell(shell: string, values: ShellValues): string {
  return shell.replaceAll(placeholder, (_, name: keyof ShellValues) => escapeHtml(values[name]));
}

const escapes: { readonly [character: string]: string } = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' },
};

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => escapes[character] as string);
}
