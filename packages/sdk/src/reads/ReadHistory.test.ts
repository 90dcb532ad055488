import { describe, expect, test } from 'vitest'
import { createReadHistory } from './ReadHistory.ts'

const NOW = 1_700_000_000n
const block = (timestamp: bigint, chainId = 1) => ({ chainId, number: 1n, timestamp })

describe('noteBlock', () => {
  test('default: the youngest of a chain counts, at its finality and at looser ones', () => {
    const history = createReadHistory()
    history.noteBlock(block(NOW - 900n), 'finalized', NOW)
    expect([history.youngest(1, 'finalized'), history.youngest(1, 'latest')]).toEqual([NOW - 900n, NOW - 900n])
    history.noteBlock(block(NOW - 2n), 'latest', NOW)
    history.noteBlock(block(NOW - 4n), 'latest', NOW)
    expect([history.youngest(1, 'finalized'), history.youngest(1, 'safe')]).toEqual([NOW - 900n, NOW - 900n])
    expect(history.youngest(1, 'latest')).toBe(NOW - 2n)
    expect(history.youngest(2, 'latest')).toBeUndefined()
  })

  test('behavior: a block from the future is not believed: one lie would make every honest block look old', () => {
    const history = createReadHistory()
    history.noteBlock(block(NOW + 60n), 'latest', NOW)
    history.noteBlock(block(NOW + 61n), 'latest', NOW)
    expect(history.youngest(1, 'latest')).toBe(NOW + 60n)
  })
})

describe('noteMissing', () => {
  const at = (entries: Readonly<Record<string, bigint>>) => new Map(Object.entries(entries))

  test('default: says since when, and forgets what is there again', () => {
    const history = createReadHistory()
    expect(history.noteMissing('a', at({ x: 10n }))).toEqual(at({ x: 10n }))
    expect(history.noteMissing('a', at({ x: 20n, y: 20n }))).toEqual(at({ x: 10n, y: 20n }))
    expect(history.noteMissing('a', at({ y: 30n }))).toEqual(at({ y: 20n }))
    expect(history.noteMissing('a', at({ x: 40n }))).toEqual(at({ x: 40n }))
    history.noteMissing('a', at({}))
    expect(history.noteMissing('a', at({ x: 50n }))).toEqual(at({ x: 50n }))
  })

  test('behavior: scopes do not touch each other', () => {
    const history = createReadHistory()
    history.noteMissing('a', at({ x: 10n }))
    history.noteMissing('b', at({}))
    expect(history.noteMissing('a', at({ x: 20n }))).toEqual(at({ x: 10n }))
  })

  test('behavior: bounded: what was noted longest ago goes first', () => {
    const history = createReadHistory()
    const many = (n: number) => new Map(Array.from({ length: 60_000 }, (_, index) => [`${n}:${index}`, 10n] as const))
    history.noteMissing('old', many(1))
    history.noteMissing('new', many(2))
    expect(history.noteMissing('new', at({ '2:0': 20n })).get('2:0')).toBe(10n)
    expect(history.noteMissing('old', at({ '1:0': 20n })).get('1:0')).toBe(20n)
  })
})
