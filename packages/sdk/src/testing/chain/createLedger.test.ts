import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createLedger, type SealedBlock } from './createLedger.ts'
import { InvalidBlockCountError } from './MockSetupErrors.ts'
import * as WorldState from './WorldState.ts'

const ACCOUNT = '0x0000000000000000000000000000000000000001'
const holding = (wei: bigint) => WorldState.withBalance(WorldState.EMPTY, ACCOUNT, wei)

function ledgerOf(number = 10n) {
  const origin = { chainId: 7, number, timestamp: 1_000n }
  const ledger = createLedger({ origin, state: holding(0n), blockTime: 2n })
  const append = (wei: bigint, seconds?: bigint): SealedBlock => {
    const sealed = { block: ledger.next(seconds), state: holding(wei), inclusions: [] }
    ledger.append(sealed)
    return sealed
  }
  const weiAt = (sealed: SealedBlock | undefined) => sealed && WorldState.balanceOf(sealed.state, ACCOUNT)
  return { ledger, append, weiAt }
}

describe('createLedger', () => {
  test('default: blocks are linked, and the same steps give the same hashes', () => {
    const [one, other] = [ledgerOf(), ledgerOf()]
    const block = one.append(5n).block
    expect(block).toMatchObject({ chainId: 7, number: 11n, timestamp: 1_002n })
    expect(block.parentHash).toBe(one.ledger.byNumber(10n)?.block.hash)
    expect(other.append(5n).block).toEqual(block)
    expect(one.append(6n, 60n).block.timestamp).toBe(1_062n)
  })

  test('behavior: blocks before the first have its state and lead to it', () => {
    const { ledger, weiAt } = ledgerOf()
    expect(ledger.byNumber(9n)?.block).toMatchObject({ number: 9n, timestamp: 998n })
    expect(ledger.head.block.parentHash).toBe(ledger.byNumber(9n)?.block.hash)
    expect(ledger.byNumber(9n)?.block.parentHash).toBe(ledger.byNumber(8n)?.block.hash)
    expect(weiAt(ledger.byNumber(0n))).toBe(0n)
    expect(ledger.byNumber(-1n)).toBeUndefined()
    expect(ledger.byNumber(11n)).toBeUndefined()
    const hash = ledger.byNumber(3n)?.block.hash ?? '0x'
    expect(ledger.byHash(hash)).toMatchObject({ isCanonical: true, sealed: { block: { number: 3n } } })
  })

  test('behavior: blocks before the first are found by the hash that their child has of them', () => {
    const { ledger } = ledgerOf(2n)
    const one = ledger.byHash(ledger.head.block.parentHash)
    expect(one).toMatchObject({ isCanonical: true, sealed: { block: { number: 1n } } })
    const zero = ledger.byHash(one?.sealed.block.parentHash ?? '0x')
    expect(zero).toMatchObject({ isCanonical: true, sealed: { block: { number: 0n } } })
    expect(ledger.byHash(zero?.sealed.block.parentHash ?? '0x')).toBeUndefined()
  })

  test('behavior: a fork can be deeper than what was made', () => {
    const { ledger } = ledgerOf()
    const [eighth, ninth] = [ledger.byNumber(8n)?.block.hash, ledger.byNumber(9n)?.block.hash ?? '0x']
    ledger.reorg(2)
    expect(ledger.head.block.number).toBe(11n)
    expect(ledger.byNumber(8n)?.block.hash).toBe(eighth)
    expect(ledger.byNumber(9n)?.block.hash).not.toBe(ninth)
    expect(ledger.byNumber(9n)?.block.timestamp).toBe(998n)
    expect(ledger.byHash(ninth)?.isCanonical).toBe(false)
  })

  test('behavior: whatever happens, a canonical block keeps its state, and an orphan is none any more', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('set' as const), wei: fc.bigInt({ min: 1n, max: 99n }) }),
      fc.record({ kind: fc.constant('mine' as const), seconds: fc.bigInt({ min: 1n, max: 90n }) }),
      fc.record({ kind: fc.constant('reorg' as const), depth: fc.integer({ min: 1, max: 9 }) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { ledger, append, weiAt } = ledgerOf(20n)
        // What each canonical block has to say, told by a second book that knows no ledger.
        const book = new Map<bigint, { wei: bigint; hash: string }>()
        const orphans = new Set<string>()
        const note = () => {
          const { number, hash } = ledger.head.block
          book.set(number, { wei: weiAt(ledger.head) ?? -1n, hash })
        }
        let wei = 0n
        note()
        for (const step of steps) {
          const before = ledger.head.block.number
          if (step.kind === 'reorg') {
            for (let back = 0n; back < BigInt(step.depth); back++) {
              const orphan = book.get(before - back)
              if (orphan !== undefined) orphans.add(orphan.hash)
              book.delete(before - back)
            }
            ledger.reorg(step.depth)
            wei = book.get(before - BigInt(step.depth))?.wei ?? 0n
            for (let number = before - BigInt(step.depth) + 1n; number <= before + 1n; number++) {
              book.set(number, { wei, hash: ledger.byNumber(number)?.block.hash ?? '' })
            }
          } else {
            if (step.kind === 'set') wei = step.wei
            append(wei, step.kind === 'mine' ? step.seconds : undefined)
            note()
          }
          expect(ledger.head.block.number).toBe(before + 1n)
        }
        for (const [number, { wei, hash }] of book) {
          const found = ledger.byNumber(number)
          expect([weiAt(found), found?.block.hash]).toEqual([wei, hash])
          expect(found?.block.parentHash).toBe(ledger.byNumber(number - 1n)?.block.hash)
          expect((found?.block.timestamp ?? 0n) > (ledger.byNumber(number - 1n)?.block.timestamp ?? 0n)).toBe(true)
        }
        for (const hash of orphans) expect(ledger.byHash(hash as `0x${string}`)?.isCanonical).toBe(false)
      }),
    )
  })

  test.each([0, -1, 1.5, Number.NaN, 11])('error: InvalidBlockCountError for a fork of %s', (depth) => {
    expect(() => ledgerOf().ledger.reorg(depth)).toThrow(InvalidBlockCountError)
  })
})
