// How import rules are said: see .dependency-cruiser.cjs.

/** Matches files of npm packages, their types included, wherever node_modules lies. */
const npm = (...names) => `(^|/)node_modules/(@types/)?(${names.join('|')})/`;

const except = (path, ...pathNot) => ({ path, pathNot });
/** However many files lie between the two. */
const atAnyDepth = (...path) => ({ path, reachable: true });

/** Files `from` import none of the files `to`: each is a pattern, or several conditions. */
function forbid(name, from, to, comment) {
  const [importer, imported] = [from, to].map((it) => (typeof it === 'string' ? { path: it } : it));
  return { name, severity: 'error', from: importer, to: imported, comment: comment.join(' ') };
}

/** Packages that belong to `home`. Everyone else uses what stands before them. */
function keepBehind(name, home, packages, comment) {
  return forbid(name, except('^src/', home), npm(...[packages].flat()), comment);
}

module.exports = { atAnyDepth, except, forbid, keepBehind, npm };
