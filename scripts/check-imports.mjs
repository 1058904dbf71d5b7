// Checks the import rules of .dependency-cruiser.cjs on the tree in the current folder.

import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { cruise } from 'dependency-cruiser';

const { forbidden: rules, options } = createRequire(import.meta.url)('../.dependency-cruiser.cjs');
const root = process.cwd();

const { modules, summary } = await readImports();
const problems = [...(await blindSpots()), ...summary.violations.map(describe)];

if (problems.length > 0) {
  console.error(`${problems.join('\n\n')}\n\n${problems.length} problem(s) with imports.`);
  process.exitCode = 1;
} else {
  console.log(`${modules.length} modules, ${rules.length} rules, no violation`);
}

async function readImports() {
  const result = await cruise(['src', 'beforehand.config.ts'], {
    ...options,
    baseDir: root,
    validate: true,
    ruleSet: { forbidden: rules },
  });
  const isOurs = ({ source }) => source.startsWith('src/') || source === 'beforehand.config.ts';
  return { modules: result.output.modules.filter(isOurs), summary: result.output.summary };
}

/**
 * What would let a violation pass unseen. Given a TypeScript that it does not know, for one,
 * dependency-cruiser reads no file at all and reports success.
 */
async function blindSpots() {
  const entries = await readdir(`${root}/src`, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.ts')).length;
  const read = modules.filter(({ source, followable }) => {
    return source.endsWith('.ts') && source.startsWith('src/') && followable !== false;
  }).length;

  const spots = [];
  if (files === 0 || read < files) {
    spots.push(`error only ${read} of the ${files} .ts files below src were read, so no rule holds.
  Is the installed TypeScript one that dependency-cruiser supports?`);
  }
  for (const rule of rules.filter(({ to }) => to.reachable !== undefined)) {
    const starts = [rule.from.path].flat().map((pattern) => new RegExp(pattern));
    if (!modules.some(({ source }) => starts.some((start) => start.test(source)))) {
      spots.push(`error ${rule.name} starts at a file that is not there: ${rule.from.path}
  Was the entry point renamed? Correct the rule in .dependency-cruiser.cjs.`);
    }
  }
  return spots;
}

function describe({ rule, from, to, via, cycle }) {
  const { comment } = rules.find(({ name }) => name === rule.name);
  const way = (via ?? cycle ?? []).map(({ name }) => `\n    → ${name}`).join('');
  const target = to === from ? '' : ` → ${to}`;
  return `error ${rule.name}: ${from}${target}${way}\n  ${comment}`;
}
