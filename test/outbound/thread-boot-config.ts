// A configuration that cannot be loaded as long as somebody says so.

import { config as authors } from '../contract/unit-runner-authors.ts';

if (process.env.TEST_BOOT_FAILS !== undefined) throw new Error('fails while booting');

export const config = authors;
