// The colors: readable in both themes, and the same in cards, HTML and style sheet.

import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { asVariable, palette, paletteCss, textPairs } from '../../../src/apps/home/look/palette.ts';

/** WCAG 2: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(one: string, other: string): number {
  const [brighter = 0, darker = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (brighter + 0.05) / (darker + 0.05);
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

describe('the palette', () => {
  it('is measured right', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
  });

  for (const theme of ['light', 'dark'] as const) {
    it(`has a contrast of 4.5 wherever there is text, ${theme}`, () => {
      const weak = textPairs
        .map(([text, ground]) => ({
          pair: `${text} on ${ground}`,
          ratio: contrast(palette[text][theme], palette[ground][theme]),
        }))
        .filter(({ ratio }) => ratio < 4.5);
      expect(weak).toEqual([]);
    });
  }

  it('has each light color once, so that it stands for its name', () => {
    const light = Object.values(palette).map((token) => token.light);
    expect(new Set(light).size).toBe(light.length);
    expect(asVariable('#2457d6')).toBe('var(--blue-solid)');
    expect(asVariable('#123456')).toBe('#123456');
  });

  it('is what the style sheet says', async () => {
    const url = new URL('../../../web/home/palette.css', import.meta.url);
    await expect(paletteCss()).toMatchFileSnapshot(url.pathname);
  });

  it('is what the browser is told to paint around the page', async () => {
    const shell = await readFile(new URL('../../../web/home/shell.html', import.meta.url), 'utf8');
    const told = shell.matchAll(/name="theme-color" content="(.+?)" media=".+?: (\w+)\)"/g);
    expect(Object.fromEntries([...told].map(([, color, theme]) => [theme, color]))).toEqual(
      palette.page,
    );
  });
});
