// A result as a picture: CPU per request, a pair of bars a row, lower is better.

import type { Measurement } from './measurement.ts';

const width = 860;
const labelWidth = 270;
const valueWidth = 60;
const top = 84;
const barHeight = 13;
const rowHeight = 42;
const colors = ['#2f6f9f', '#9cc3dc'];
const font = 'font-family="system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif"';

/** SVG on a white ground, so that it can be read in a dark page, too. */
export function barChart(results: readonly Measurement[]): string {
  const rows = [...new Set(results.map(({ row }) => row))];
  const connections = [...new Set(results.map((line) => line.connections))];
  const longest = Math.max(...results.map((line) => line.cpuMicrosPerRequest));
  const scale = (width - labelWidth - valueWidth) / longest;
  const height = top + rows.length * rowHeight + 16;
  const bars = rows.flatMap((row, at) => {
    const y = top + at * rowHeight;
    const lines = connections.flatMap((count, series) => {
      const found = results.find((line) => line.row === row && line.connections === count);
      return found === undefined
        ? []
        : bar(found, { y: y + series * (barHeight + 2), series, scale });
    });
    return [text(row, { x: labelWidth - 12, y: y + 19, anchor: 'end', size: 13 }), ...lines];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" ${font}>`,
    '<title>Server CPU per request, in microseconds</title>',
    `<rect width="${width}" height="${height}" rx="8" fill="#ffffff"/>`,
    text('Server CPU per request, µs (lower is better)', { x: 20, y: 32, size: 17, weight: 600 }),
    ...connections.flatMap((count, series) => legend(count, series)),
    ...bars,
    '</svg>\n',
  ].join('\n');
}

function bar(
  { cpuMicrosPerRequest }: Measurement,
  { y, series, scale }: { y: number; series: number; scale: number },
): string[] {
  const length = (cpuMicrosPerRequest * scale).toFixed(1);
  const end = labelWidth + cpuMicrosPerRequest * scale + 6;
  const color = colors[series % colors.length];
  return [
    `<rect x="${labelWidth}" y="${y}" width="${length}" height="${barHeight}" rx="2" fill="${color}"/>`,
    text(cpuMicrosPerRequest.toFixed(1), { x: end, y: y + 11, size: 11 }),
  ];
}

function legend(connections: number, series: number): string[] {
  const x = 20 + series * 150;
  const label = `${connections.toLocaleString('en-US')} connections`;
  return [
    `<rect x="${x}" y="48" width="12" height="12" rx="2" fill="${colors[series % colors.length]}"/>`,
    text(label, { x: x + 18, y: 58, size: 12 }),
  ];
}

type Place = { x: number; y: number; size: number; weight?: number; anchor?: 'start' | 'end' };

function text(content: string, { x, y, size, weight = 400, anchor = 'start' }: Place): string {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const place = `x="${x.toFixed(1)}" y="${y}" text-anchor="${anchor}"`;
  return `<text ${place} font-size="${size}" font-weight="${weight}" fill="#1f2933">${escaped}</text>`;
}
