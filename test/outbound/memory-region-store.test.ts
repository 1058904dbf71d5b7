import { memoryRegionStore } from '../../src/outbound/memory-region-store.ts';
import { regionStoreContract } from '../contract/region-store-contract.ts';
import { regionStoreRepairContract } from '../contract/region-store-repair-contract.ts';

regionStoreContract('the memory region store', async () => memoryRegionStore());
regionStoreRepairContract('the memory region store', async () => memoryRegionStore());
