// Checks the import rules of .dependency-cruiser.cjs on the tree in the current folder.

import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { cruise } from 'dependency-cruiser';

const { forbidden: rules, options } = createRequire(import.meta.url)('../.dependency-cruiser.cjs');
const root = process.cwd();
const configs = ['beforehand.config.ts', 'home.config.ts'].filter((file) => existsSync(file));

const { modules, summary } = await readImports();
const problems = [...(await blindSpots()), ...summary.violations.map(describe)];

if (problems.length > 0) {
  console.error(`${problems.join('\n\n')}\n\n${problems.length} problem(s) with imports.`);
  process.exitCode = 1;
} else {
  console.log(`${modules.length} modules, ${rules.length} rules, no violation`);
}

async function readImports() {
  const result = await cruise(['src', 'web', ...configs], {
    ...options,
    baseDir: root,
    validate: true,
    ruleSet: { forbidden: rules },
  });
  const isOurs = ({ source }) => /^(src|web)\//.test(source) || configs.includes(source);
  return { modules: result.output.modules.filter(isOurs), summary: result.output.summary };
}

/**
 * What would let a violation pass unseen. Given a TypeScript that it does not know, for one,
 * dependency-cruiser reads no file at all and reports success.
 */
async function blindSpots() {
  const spots = [...(await unread('src', '.ts')), ...(await unread('web', '.js'))];
  for (const rule of rules.filter(({ to }) => to.reachable !== undefined)) {
    const starts = [rule.from.path].flat().map((pattern) => new RegExp(pattern));
    if (!modules.some(({ source }) => starts.some((start) => start.test(source)))) {
      spots.push(`error ${rule.name} starts at a file that is not there: ${rule.from.path}
  Was the entry point renamed? Correct the rule in .dependency-cruiser.cjs.`);
    }
  }
  return spots;
}

async function unread(folder, extension) {
  const entries = await readdir(`${root}/${folder}`, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith(extension)).length;
  const read = modules.filter(({ source, followable }) => {
    return source.startsWith(`${folder}/`) && source.endsWith(extension) && followable !== false;
  }).length;
  if (files > 0 && read >= files) return [];
  return [
    `error only ${read} of the ${files} ${extension} files below ${folder} were read, so no rule holds.
  Is the installed TypeScript one that dependency-cruiser supports?`,
  ];
}

function describe({ rule, from, to, via, cycle }) {
  const { comment } = rules.find(({ name }) => name === rule.name);
  const way = (via ?? cycle ?? []).map(({ name }) => `\n    → ${name}`).join('');
  const target = to === from ? '' : ` → ${to}`;
  return `error ${rule.name}: ${from}${target}${way}\n  ${comment}`;
}
