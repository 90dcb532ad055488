import { type MockCompoundV2, mockCompoundV2 } from '@unimargin/adapters/compound-v2/testing'
import { type MarketReading, type PositionFacts, PositionHealth, type ReadResult, Wad } from '@unimargin/sdk'
import { type MockBlock, MockRevert } from '@unimargin/sdk/testing'
import { type Address, isAddressEqual, numberToHex, toFunctionSelector } from 'viem'
import { describe, expect, test } from 'vitest'
import { type Answers, answer } from '../compound-v3/answer.ts'
import * as Random from '../Random.ts'

// There is no getter for the index that an account's debt counts from: that a prediction of it is the most, and how near, is held
// against mocked tokens, whose arithmetic is their own.

const owner: Address = '0x2222222222222222222222222222222222222222'
const MULTICALL3 = '0xcA11bde05977b3631167028862bE2a173976CA11'
const BLOCK_NUMBER = toFunctionSelector('getBlockNumber()')
const WAD = 10n ** 18n
const YEAR = 31_536_000n
const flavours = ['venus-isolated', 'moonwell', 'compound'] as const

function text(wad: bigint): string {
  return Wad.format(wad)
}

function randomVenus(random: Random.Random, at: MockBlock): MockCompoundV2 {
  const flavour = random.pick(flavours)
  const now = flavour === 'compound' ? at.number : at.timestamp
  const rate = () => text(random.magnitude(1n, WAD))
  const token = (decimals: number) => ({
    price: text(random.magnitude(10n ** 12n, 10n ** 24n)),
    decimals,
    liquidationThreshold: '0.8',
    collateralFactor: '0.7',
    borrowRate: rate(),
    slope: rate(),
    reserveFactor: random.pick(['0', '0.1', '0.5']),
    accruedAt: now - random.magnitude(1n, YEAR),
    liquidity: random.magnitude(10n ** 25n, 10n ** 26n),
    lent: random.magnitude(1n, 10n ** 25n),
  })
  const amount = () => random.magnitude(1n, 10n ** 24n)
  return mockCompoundV2({
    chainId: 8453,
    flavour,
    reserves: { A: token(18), B: token(6), C: token(8) },
    positions: [{ owner, supply: { A: amount(), B: amount() }, borrow: { B: amount(), C: amount() } }],
  })
}

type Reading = { readonly state: MarketReading['state']; readonly position: PositionFacts }

function read(venus: MockCompoundV2, at: MockBlock): Reading {
  const contracts = new Map(Object.entries(venus.contracts(at)).map(([address, one]) => [address.toLowerCase(), one]))
  const answers: Answers = (to, data) => {
    if (isAddressEqual(to, MULTICALL3)) {
      const value = data.startsWith(BLOCK_NUMBER) ? at.number : at.timestamp
      return { status: 'ok', value: numberToHex(value, { size: 32 }) }
    }
    try {
      const contract = contracts.get(to.toLowerCase())
      if (contract === undefined) return { status: 'unavailable', reason: `nothing at ${to}` }
      return { status: 'ok', value: contract({ to, from: owner, data, value: 0n }, at) }
    } catch (error) {
      if (error instanceof MockRevert) return { status: 'reverted', reason: 'reverted', data: error.data }
      throw error
    }
  }
  const metadata = found(answer(venus.adapter.metadata.read, answers).result)
  const { state, positions } = found(answer(venus.adapter.state(metadata, [owner]), answers).result)
  const [position] = positions
  return { state, position: found(position) }
}

function found<value>(result: ReadResult<value> | undefined): value {
  if (result?.status !== 'ok') throw new TypeError(result?.reason ?? 'nothing was read')
  return result.value
}

/** What must be the same: all but debts, and what follows from them. */
function exactly({ state, position }: Reading) {
  return {
    collateral: position.collateral,
    first: position.firstSupplies,
    reserves: state.reserves.map(({ oracle: _, ...reserve }) => reserve),
  }
}

describe('accrued', () => {
  test('behavior: supplies and books to the unit, debts at most and within the growth of two units', () => {
    let [exact, above] = [0, 0]
    for (let run = 0; run < 60; run += 1) {
      const random = Random.create(`a mocked Comptroller ${run}`)
      const at: MockBlock = {
        number: 100_000_000n,
        timestamp: 2_500_000_000n,
        hash: numberToHex(1, { size: 32 }),
        parentHash: numberToHex(0, { size: 32 }),
        chainId: 8453,
      }
      const venus = randomVenus(random, at)
      const seconds = random.magnitude(1n, 3n * YEAR)
      // The mock's year has as many blocks as seconds.
      const then = { ...at, number: at.number + seconds, timestamp: at.timestamp + seconds }
      const before = read(venus, at)
      const after = read(venus, then)
      const { accrued } = venus.adapter.lending
      if (accrued === undefined) throw new TypeError('the adapter cannot accrue')
      const [rule] = Object.values(venus.adapter.rules)
      if (rule === undefined) throw new TypeError('no rule')
      const half = seconds / 3n
      const later = accrued(before, seconds)
      expect(later.isBound).toBe(true)
      for (const predicted of [later, accrued(accrued(before, half), seconds - half)]) {
        expect(exactly(predicted)).toEqual(exactly(after))
        expect(predicted.position.debt).toHaveLength(2)
        for (const [index, leg] of after.position.debt.entries()) {
          const [ours, theirs, was] = [
            predicted.position.debt[index]?.amount,
            leg.amount,
            before.position.debt[index]?.amount,
          ]
          if (typeof ours !== 'bigint' || typeof theirs !== 'bigint' || typeof was !== 'bigint')
            throw new TypeError('unknown')
          expect(ours).toBeGreaterThanOrEqual(theirs)
          expect(ours - theirs).toBeLessThanOrEqual((2n * theirs) / was + 2n)
          if (ours === theirs) exact += 1
          else above += 1
        }
        const [low, high] = [predicted, after].map(({ position }) => PositionHealth.assess(position, rule).health)
        if (low?.status !== 'known' || high?.status !== 'known') throw new TypeError('unknown')
        expect(low.factor).toBeLessThanOrEqual(high.factor)
      }
    }
    expect(exact).toBeGreaterThan(0)
    expect(above).toBeGreaterThan(0)
  })
})
