// What a process prints at /metrics, read back.

export type Sample = { name: string; labels: { readonly [label: string]: string }; value: number };

export type Page = {
  /** By name, without the suffixes of a histogram. */
  types: ReadonlyMap<string, string>;
  samples: readonly Sample[];
};

export async function readPage(url: string): Promise<Page> {
  const response = await fetch(url);
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${url}: ${response.status} ${text}`);
  return parsePage(text);
}

/** Throws for a line that is none of the format. */
export function parsePage(text: string): Page {
  const types = new Map<string, string>();
  const samples: Sample[] = [];
  for (const line of text.split('\n').filter((it) => it !== '' && !it.startsWith('# HELP '))) {
    const [, typed = '', type = ''] = /^# TYPE (\w+) (\w+)$/.exec(line) ?? [];
    if (typed !== '') types.set(typed, type);
    else samples.push(parseSample(line));
  }
  return { types, samples };
}

function parseSample(line: string): Sample {
  const match = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line);
  if (match === null) throw new Error(`No sample: ${line}`);
  const [, name = '', inBraces = '', value = ''] = match;
  const pairs = [...inBraces.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)];
  const labels = Object.fromEntries(pairs.map(([, label, text]) => [label as string, text ?? '']));
  return { name, labels, value: Number(value) };
}

/** A histogram is one metric and three names. */
export function metricOf(name: string, types: { has(name: string): boolean }): string {
  const base = name.replace(/_(bucket|sum|count)$/, '');
  return types.has(name) ? name : base;
}

/** The sum over all samples of that name with these labels. */
export function sumOf({ samples }: Page, name: string, labels: Sample['labels'] = {}): number {
  return samples
    .filter((sample) => sample.name === name)
    .filter((sample) =>
      Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
    )
    .reduce((sum, { value }) => sum + value, 0);
}
