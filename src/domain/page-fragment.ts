// HTML that stands among that of others on a page: what it may be, so that it stays in its place.
//
// This is no guard against an author, whose code runs with us anyway: it keeps one product's mistake
// from taking the rest of the page with it. So a fragment has to be written plainly: what a browser
// would have to guess at is refused, and the policy of the page keeps what is left from running.

/** They end by themselves. */
const emptyElements = new Set('area br col hr img input source track wbr'.split(' '));

/** They swallow what follows, load or embed something else, or are about the whole page. */
const refusedElements = new Set(
  (
    'script style textarea title xmp plaintext noscript noembed noframes template math ' +
    'iframe frame frameset object embed applet link meta base html head body ' +
    // What may be in it, and what ends it, browsers do not agree on.
    'select'
  ).split(' '),
);

/**
 * Where one of them begins in another, a browser ends the other, and all that is open in it: then what
 * seems to end a part of the fragment ends what is around it. Unless one of these stands between.
 */
const notInEachOther: readonly { names: readonly string[]; unless: readonly string[] }[] = [
  { names: ['li'], unless: ['ul', 'ol', 'menu'] },
  { names: ['dt', 'dd'], unless: ['dl'] },
  { names: ['table'], unless: ['td', 'th', 'caption'] },
  ...['a', 'button', 'nobr'].map((name) => ({ names: [name], unless: [] })),
];

/** Of a drawing. Where a browser meets anything else in one, it ends the drawing. */
const drawnElements = new Set(
  (
    'svg g path rect circle ellipse line polyline polygon text tspan defs use symbol stop ' +
    'lineargradient radialgradient clippath mask pattern filter feblend fecolormatrix ' +
    'fecomposite feflood fegaussianblur femerge femergenode feoffset'
  ).split(' '),
);

type Tag = { name?: string; close?: string; slash?: string };

/** Only these end a name, and no other space that Unicode has. */
const space = '[\t\n\f\r ]';
const word = String.raw`[^\t\n\f\r "'<>/=]+`;
const value = String.raw`(?:"[^"]*"|'[^']*'|[^\t\n\f\r "'=<>\x60]+)`;
const attribute = `${space}+${word}(?:${space}*=${space}*${value})?`;
const markup = new RegExp(
  [
    // As browsers read it, `<!-->` and `<!--->` are whole comments.
    '<!--(?!-?>)[^]*?--!?>',
    `<(?<close>/?)(?<name>[a-z][a-z0-9-]*)(?:${attribute})*${space}*(?<slash>/?)>`,
    '<(?=[a-z/!?])',
  ].join('|'),
  'gi',
);

/** What is wrong with HTML that a generator made, in words for its author; `null`: nothing. */
export function fragmentProblem(html: unknown): string | null {
  if (typeof html !== 'string') return `html is ${typeof html}; it must be a string.`;
  const open: string[] = [];
  for (const { 0: text, index, groups } of html.matchAll(markup)) {
    const isComment = groups?.name === undefined && text !== '<';
    const problem = isComment ? null : tagProblem(groups, open);
    if (problem !== null) return `html, at character ${index}: ${problem}`;
  }
  const left = open.pop();
  return left === undefined ? null : `html: <${left}> does not end.`;
}

/** Opens and closes elements in `open`. No groups: it is no tag. */
function tagProblem(groups: Tag | undefined, open: string[]): string | null {
  const name = groups?.name?.toLowerCase();
  if (groups === undefined || name === undefined)
    return 'markup that does not end, or is not plain.';
  if (refusedElements.has(name)) return `a fragment may not have <${name}>.`;
  if (groups.close === '/') return open.pop() === name ? null : `</${name}> ends what is not open.`;
  const isDrawn = open.includes('svg');
  const around = enclosing(name, open);
  if (around !== undefined)
    return `<${name}> may not be in <${around}>: a browser ends that first.`;
  if (isDrawn && !drawnElements.has(name)) return `<${name}> may not be in <svg>.`;
  if (emptyElements.has(name)) return null;
  if (groups.slash !== '/') open.push(name);
  // Elsewhere browsers pass over the slash.
  else if (!isDrawn) return `<${name}/> does not end in HTML: write </${name}>.`;
  return null;
}

/** The element in `open` that a browser would end where `name` begins. */
function enclosing(name: string, open: readonly string[]): string | undefined {
  const rule = notInEachOther.find(({ names }) => names.includes(name));
  const around = open.findLast((it) => rule?.names.includes(it) || rule?.unless.includes(it));
  return around !== undefined && rule?.names.includes(around) ? around : undefined;
}
