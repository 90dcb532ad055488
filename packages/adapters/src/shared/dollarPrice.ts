import { type Address, type Market, type Quantity, Read, type ReadResult, unknown } from '@unimargin/sdk'
import { view } from './abi.ts'
import { MAX_PRICE, quantityOf } from './quantityOf.ts'
import { readerOf } from './readerOf.ts'

/**
 * Aave's oracle: US dollars per whole token with 8 decimals. On most L2s the best source of prices that liquidations stand on,
 * so that markets which count in something else, and wallets, are valued by it.
 */
export const dollarOracleAbi = [view('getAssetPrice', ['address'], 'uint256')] as const

const WAD_PER_BASE = 10n ** 10n

/** The oracle's answer; always succeeds, so that it takes nothing else down. */
export function readDollarPrice(oracle: Address | undefined, asset: Address): Read.Read<ReadResult<bigint>> {
  if (oracle === undefined) {
    return Read.succeed({ status: 'unavailable', reason: 'no oracle for its price in dollars is configured' })
  }
  return Read.settle(readerOf(oracle, dollarOracleAbi)('getAssetPrice', asset))
}

/** As a price of the model, WAD; zero is none, because Aave's oracle says zero of what it does not know. */
export function toDollarPrice(answer: ReadResult<bigint>, market: Market, path: string): Quantity {
  if (answer.status === 'ok' && answer.value === 0n) {
    const reason = 'the oracle for prices in dollars does not know it'
    return unknown({ kind: 'unavailable', chainId: market.chainId, market: market.key, path, reason })
  }
  return quantityOf(answer, MAX_PRICE, { market, path }, (price) => price * WAD_PER_BASE)
}
