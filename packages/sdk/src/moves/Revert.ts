import { decodeErrorResult } from 'viem'
import { redact } from '../errors/redact.ts'
import type { Hex } from '../model/Hex.ts'
import { revertDataOf } from '../reads/transport/NodeError.ts'
import { errorAbi } from './errorAbi.ts'
import { collateralRouterAbi } from './generated/collateralRouterAbi.ts'

/** What a contract said when it refused. */
export type Revert = {
  /** Name of the custom error, the text of a plain one, or `unknown`. */
  readonly name: string
  /** One printable line that a person understands. */
  readonly reason: string
  readonly data: Hex
}

/** What the errors that people meet mean, in words. */
const meanings: Readonly<Record<string, string>> = {
  SourceHealthTooLow: 'the health factor that would remain is below the donor floor',
  DeadlineExpired: 'the deadline has passed',
  MoveAlreadySent: 'a move with this id was sent already',
  RecoveryRequired: 'the owner is a contract, so a recovery address on the destination is required',
  AmountTooSmall: 'less would arrive than the least amount that was signed',
  SettleGasTooLow: 'too little gas is set aside for settling on the destination',
  UnknownMarket: 'the router does not know the market',
  UnknownAsset: 'the router has no trusted token to carry the asset',
  UnknownDestination: 'the router does not know the destination chain',
  NotParked: 'nothing is parked under this id',
  NotOwner: 'only the owner or the recovery address may do this',
  CollateralNotAvailable: 'the router may pull less of the receipt token than is to be moved',
  SettleGasTooHigh: 'more gas is set aside for settling than fits into a block',
  OwnerHasNoCode: 'the owner is a contract that does not stand on this chain: its recovery address can claim',
  CollateralNotEnabled: "the market would not count it as the owner's collateral",
  SupplyNotCredited: 'the market gave too few receipt tokens for the supply',
  NoDebt: 'the owner owes nothing of this asset to the market',
  DebtNotReduced: 'the market took the repayment but the owner hardly owes less',
  UntrustedComposer: 'it was sent without a router: its sender can claim it',
  UnknownMarketId: 'the market has no such id',
  NotCollateral: 'the asset is what the market lends, and no collateral in it',
  NotAuthorized: 'the router is not authorised at the market',
  AuthorizationLeft: 'what was signed to revoke the authorisation did not revoke it',
  Transfer_NativeFailed: 'the owner does not take native coins, so the messaging fee has to be exact',
  NotEnoughNative: 'the attached native coin does not pay the messaging fee',
  LZ_InsufficientFee: 'the attached native coin does not pay the messaging fee',
  NoPeer: 'the token has no counterpart on the destination chain',
  SlippageExceeded: 'less would arrive than the least amount that was signed',
  AmountSDOverflowed: 'the amount is more than one message can carry',
  LZ_DefaultSendLibUnavailable: 'LayerZero has no path to the destination chain',
  LZ_ULN_InvalidWorkerOptions: 'the message has no options for its workers',
  Executor_NoOptions: 'the message has no gas for its delivery',
  ERC20InsufficientAllowance: 'the router may not pull enough of the receipt token',
  ERC20InsufficientBalance: 'the owner holds too little of the token',
  ERC2612ExpiredSignature: 'the permit has expired',
  ERC2612InvalidSigner: 'the permit was signed by somebody else',
}

/** Aave ≤ 3.4 reverts with numbers as text; their meanings are those of its `Errors` library. */
const aaveMeanings: Readonly<Record<string, string>> = {
  '26': 'the market refuses the amount',
  '27': 'the reserve is not active',
  '28': 'the reserve is frozen',
  '29': 'the reserve is paused',
  '32': 'the owner holds less in the market',
  '34': 'nothing is left as collateral',
  '35': 'the health factor would fall below the liquidation threshold',
  '51': "the reserve's supply cap is reached",
  '57': 'collateral with a loan-to-value of zero has to be withdrawn first',
  '59': "the market's oracle sentinel stops it",
  '62': 'the supply would not count as collateral',
  '77': 'the owner of the permit is missing',
  '78': 'the permit has expired',
  '79': 'the permit was signed by somebody else',
}

/**
 * Says why a contract refused, from its revert data: errors of the router, of LayerZero and OFTs, of tokens, and the
 * numbered errors of Aave.
 *
 * @example
 * import { Revert } from '@unimargin/sdk'
 *
 * Revert.decode('0x0eb9ef67').reason // 'reverted with 0x0eb9ef67'
 */
export function decode(data: Hex): Revert {
  if (data === '0x') return { name: 'unknown', reason: 'reverted without a reason', data }
  try {
    // viem knows `Error(string)` and `Panic(uint256)` as well, though the type of the result does not say so.
    const decoded = decodeErrorResult({ abi: [...collateralRouterAbi, ...errorAbi], data })
    const errorName: string = decoded.errorName
    const args: readonly unknown[] = decoded.args ?? []
    if (errorName === 'Error') {
      const text = redact(String(args[0]))
      const meaning = aaveMeanings[text]
      return { name: text, reason: meaning === undefined ? text : `${meaning} (${text})`, data }
    }
    const call = redact(`${errorName}(${args.map(String).join(', ')})`)
    const meaning = meanings[errorName]
    return { name: errorName, reason: meaning === undefined ? call : `${meaning}: ${call}`, data }
  } catch {
    return { name: 'unknown', reason: `reverted with ${data.slice(0, 10)}`, data }
  }
}

/**
 * The revert data inside of what a node or viem threw, however deep; `undefined` when it was no revert.
 *
 * @example
 * import { Revert } from '@unimargin/sdk'
 *
 * export function whyRefused(error: unknown): string | undefined {
 *   const data = Revert.dataOf(error)
 *   return data === undefined ? undefined : Revert.decode(data).reason
 * }
 */
export function dataOf(error: unknown): Hex | undefined {
  return revertDataOf(error)
}
