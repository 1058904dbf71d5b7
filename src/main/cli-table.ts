// Text for people: rows in columns, numbers and times, and nothing that could steer a terminal.

/** A column but the last is no wider than this on a terminal. */
const maxColumn = 20;

/** Of the last column, so much is shown in any case: a narrow terminal wraps it. */
const minLastColumn = 40;
const gap = '  ';

/** Aligned lines with `head` above. Cut to `columns` or a little more, unless that is null. */
export function tableLines(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  columns: number | null,
): string[] {
  const lines = [head, ...rows.map((row) => row.map(oneLine))];
  const widths = head.map((_, index) => {
    const widest = Math.max(...lines.map((line) => lengthOf(line[index] ?? '')));
    return columns === null ? widest : Math.min(widest, maxColumn);
  });
  const lastAt = widths.slice(0, -1).reduce((sum, width) => sum + width + gap.length, 0);
  return lines.map((line) => {
    const cells = line.map((cell, index) => {
      if (index === line.length - 1) return cell;
      const width = widths[index] ?? 0;
      const fitted = cut(cell, width);
      return fitted + ' '.repeat(width - lengthOf(fitted));
    });
    const text = cells.join(gap);
    return columns === null ? text : cut(text, Math.max(columns, lastAt + minLastColumn));
  });
}

/** One line of no more than `columns`, whatever the text is; `null`: as long as it is. */
export function cutLine(text: string, columns: number | null): string {
  return columns === null ? oneLine(text) : cut(oneLine(text), columns);
}

function cut(text: string, width: number): string {
  const characters = [...text];
  return characters.length <= width ? text : `${characters.slice(0, width - 1).join('')}…`;
}

function lengthOf(text: string): number {
  return [...text].length;
}

/**
 * Ids come from producers and errors from authors' code: an escape sequence or a mark that turns
 * the direction of writing must not reach a terminal.
 */
export function printable(text: string): string {
  return text.replace(/(?!\n)[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => {
    return `\\u{${(character.codePointAt(0) as number).toString(16)}}`;
  });
}

function oneLine(text: string): string {
  return printable(text.replace(/\s*\n\s*/g, ' ⏎ '));
}

/** To the second, in UTC, as `--since` takes it. */
export function timeText(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}

export function numberText(number: number): string {
  return number.toLocaleString('en-US');
}

export function counted(number: number, noun: string): string {
  return `${numberText(number)} ${noun}${number === 1 ? '' : 's'}`;
}
