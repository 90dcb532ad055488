import type { Address } from '@unimargin/sdk'

/**
 * Stands for a chain's native coin where an asset needs an address: the one that exchanges and wallets use for it as well.
 * No contract is there.
 */
export const NATIVE_COIN: Address = '0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE'
