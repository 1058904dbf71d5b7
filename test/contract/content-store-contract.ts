// What every content store must do, sentence by sentence of its port.

import type { ContentStore } from '../../src/domain/ports.ts';
import { contentStoreCommitContract } from './content-store-commit-contract.ts';
import { contentStoreExactContract } from './content-store-exact-contract.ts';
import { contentStoreGenericContract } from './content-store-generic-contract.ts';
import { contentStoreRequestedContract } from './content-store-requested-contract.ts';
import { contentStoreWaitingContract } from './content-store-waiting-contract.ts';

/** `open` gives an empty store for each test. */
export function contentStoreContract(name: string, open: () => Promise<ContentStore>): void {
  contentStoreCommitContract(name, open);
  contentStoreGenericContract(name, open);
  contentStoreWaitingContract(name, open);
  contentStoreRequestedContract(name, open);
  contentStoreExactContract(name, open);
}
