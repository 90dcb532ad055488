import { isAddress } from 'viem'
import { InvalidAddressError } from '../../errors/InvalidAddressError.ts'
import { MAX_OPERAND } from '../../units/MulDiv.ts'
import { OutOfRangeError } from '../../units/OutOfRangeError.ts'
import { addressOf } from '../http/addressOf.ts'
import { isMockMarket } from './MockMarket.ts'
import type { MockPart } from './MockPart.ts'
import { DuplicateMockPartError, ForeignMockMarketError, InvalidNodeUrlError } from './MockSetupErrors.ts'

/** Slips of the pen in a setup: what would otherwise be another chain than the test says, without a word. */

/** In any case of its letters: a test may write it as it likes. @throws InvalidAddressError */
export function assertMockAddress(parameter: string, value: string): void {
  if (!isAddress(value, { strict: false })) throw new InvalidAddressError({ parameter, value })
}

/** @throws OutOfRangeError when a number of a chain is negative, or fits no word. */
export function assertUnsigned(parameter: string, value: bigint): void {
  if (value < 0n || value > MAX_OPERAND) throw new OutOfRangeError({ parameter, value, min: 0n, max: MAX_OPERAND })
}

/** @throws ForeignMockMarketError */
export function assertMarketsOf(chainId: number, parts: readonly MockPart[]): void {
  for (const { market } of parts.filter(isMockMarket)) {
    if (market.chainId !== chainId) {
      throw new ForeignMockMarketError({ market: market.key, chainId, of: market.chainId })
    }
  }
}

/** @throws DuplicateMockPartError */
export function assertDistinct(parts: readonly MockPart[]): void {
  const keys = parts.map(({ key }) => key)
  const twice = keys.find((key, index) => keys.indexOf(key) !== index)
  if (twice !== undefined) throw new DuplicateMockPartError(twice)
}

/** @throws InvalidNodeUrlError when one is no URL for HTTP, or when two nodes share one: only the first would be asked. */
export function assertNodeUrls(urls: readonly string[]): void {
  const known = new Set<string>()
  for (const url of urls) {
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
      throw new InvalidNodeUrlError(url, 'it is none for HTTP')
    }
    const address = addressOf(url)
    if (known.has(address)) throw new InvalidNodeUrlError(url, 'another node is there')
    known.add(address)
  }
}
