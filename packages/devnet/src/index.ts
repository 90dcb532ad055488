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
  DevnetSnapshot,
  TokenAmounts,
} from './Devnet.ts'
export { ETH_CORRELATED } from './deploy/deployAave.ts'
export type { ComposeRecord, MessagePhase, MessageRecord, MessageStep } from './messages/MessageRecord.ts'
export type { MessageFilter, UnderGas } from './messages/MessageRules.ts'
export type { Messages } from './messages/Messages.ts'
export { type DevnetToken, TOKEN_SYMBOLS, type TokenSymbol } from './Token.ts'
