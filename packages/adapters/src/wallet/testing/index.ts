export { type MockWallet, type MockWalletAsset, type MockWalletOptions, mockWallet } from './mockWallet.ts'
