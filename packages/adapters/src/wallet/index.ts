export { DuplicateAssetError } from './DuplicateAssetError.ts'
export type { WalletMetadata } from './metadata.ts'
export { NATIVE_COIN } from './nativeCoin.ts'
export { type WalletParameters, wallet } from './wallet.ts'
