// The demo of solo mode in a browser: logs people in, and lets them look around.

import type { Page } from 'playwright-core';

export async function logIn(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name }).click();
  await page.locator('#journey-figure', { hasText: `${name} logged in` }).waitFor();
  await page.locator('#reads .near').waitFor();
  await page.locator('main:not([aria-busy])').waitFor();
}

export async function lookAt(page: Page, category: string): Promise<void> {
  await page.getByRole('button', { name: category }).click();
  await page.locator('#journey-figure', { hasText: `looked at ${category}` }).waitFor();
}
