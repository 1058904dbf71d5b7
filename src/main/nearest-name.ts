// Guesses which name somebody meant who misspelled it.

/** Beyond three wrong letters a guess is more often wrong than right. */
const maxEdits = 3;

/** Returns the name that takes the fewest edits, or `null` when none is close. */
export function nearestName(given: string, names: Iterable<string>): string | null {
  let nearest: string | null = null;
  let fewest = maxEdits + 1;
  for (const name of names) {
    const edits = countEdits(given, name);
    if (edits < fewest) [nearest, fewest] = [name, edits];
  }
  return nearest;
}

/**
 * How many letters must be inserted, deleted or replaced to make `to` of `from` (Levenshtein). A
 * row holds the numbers from the part of `from` that was seen to every beginning of `to`.
 */
function countEdits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [seen, letter] of [...from].entries()) {
    const next = [seen + 1];
    for (const [index, wanted] of [...to].entries()) {
      const replaced = (row[index] as number) + (letter === wanted ? 0 : 1);
      next.push(Math.min(replaced, (row[index + 1] as number) + 1, (next[index] as number) + 1));
    }
    row = next;
  }
  return row[to.length] as number;
}
