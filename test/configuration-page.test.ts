import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { configurationPage, configurationPagePath } from '../scripts/configuration-page.ts';

it('documents every setting as it is: npm run docs:configuration writes the page', () => {
  expect(readFileSync(configurationPagePath, 'utf8')).toBe(configurationPage());
});
