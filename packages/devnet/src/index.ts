export { type Anvil, type StartAnvilParameters, startAnvil } from './anvil/startAnvil.ts'
export { CHAIN_NAMES, type ChainName } from './ChainSpec.ts'
export type { DevnetClient } from './chain/createClient.ts'
export type { DevnetAccount } from './createAccounts.ts'
export { type CreateDevnetParameters, createDevnet } from './createDevnet.ts'
export type {
  AavePosting,
  Devnet,
  DevnetAddresses,
  DevnetChain,
  DevnetMarket,
  DevnetMorphoMarket,
  DevnetSnapshot,
  TokenAmounts,
} from './Devnet.ts'
export { type AaveVersion, ETH_CORRELATED } from './deploy/AaveMarket.ts'
export type { MorphoMarket, MorphoMarketParams } from './deploy/deployMorpho.ts'
export { type LinearRate, linearRate } from './linearRate.ts'
export { MORPHO_MARKET_NAMES, MORPHO_MARKETS, type MorphoMarketName, type MorphoMarketSpec } from './MorphoMarket.ts'
export type { ComposeRecord, MessagePhase, MessageRecord, MessageStep } from './messages/MessageRecord.ts'
export type { MessageFilter, UnderGas } from './messages/MessageRules.ts'
export type { Messages } from './messages/Messages.ts'
export { type DevnetToken, TOKEN_SYMBOLS, type TokenSymbol } from './Token.ts'
