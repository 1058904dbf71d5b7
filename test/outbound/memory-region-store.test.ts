import { memoryRegionStore } from '../../src/outbound/memory-region-store.ts';
import { regionStoreContract } from '../contract/region-store-contract.ts';

regionStoreContract('the memory region store', async () => memoryRegionStore());
