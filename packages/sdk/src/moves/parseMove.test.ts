import { describe, expect, test } from 'vitest'
import { stage } from '../../../../test/fixtures/fakeChain.ts'
import { allowanceOf, owner } from '../../../../test/fixtures/moves.ts'
import { unknown } from '../model/Quantity.ts'
import { deserialize, serialize } from '../model/serialize.ts'
import { getMoveQuote } from './getMoveQuote.ts'
import type { TrackedMove } from './MoveIntent.ts'
import { parseMove, parseMoveQuote, parsePreparedMove } from './parseMove.ts'
import { prepareMove } from './prepareMove.ts'

const address = '0x00000000000000000000000000000000000000a1'
const hash = `0x${'1d'.repeat(32)}` as const
const end = { eid: 30_010, endpoint: address, router: address, oft: address } as const
const move: TrackedMove = {
  version: 1,
  id: hash,
  owner: address,
  sourceChainId: 10,
  destinationChainId: 20,
  deadline: 1_700_000_000n,
  source: end,
  destination: end,
}

describe('parseMove', () => {
  test('default', () => {
    expect(parseMove(move)).toEqual(move)
    expect(parseMove({ ...move, hash, guid: hash, nonce: 1n, more: true })).toEqual({
      ...move,
      hash,
      guid: hash,
      nonce: 1n,
    })
  })

  test.each([
    [undefined],
    ['text'],
    [{ ...move, version: 2 }],
    [{ ...move, id: '0x1d' }],
    [{ ...move, owner: 'vitalik.eth' }],
    [{ ...move, sourceChainId: 0 }],
    [{ ...move, sourceChainId: 1.5 }],
    [{ ...move, deadline: 1_700_000_000 }],
    [{ ...move, deadline: 2n ** 64n }],
    [{ ...move, source: { ...end, eid: 2 ** 32 } }],
    [{ ...move, source: { ...end, more: 1 } }],
    [{ ...move, destination: undefined }],
    [{ ...move, hash: '0x' }],
    [{ ...move, nonce: -1n }],
  ])('error: InvalidMoveError (%#)', (value) => {
    expect(() => parseMove(value)).toThrowError(expect.objectContaining({ name: 'InvalidMoveError' }))
  })
})

const named = expect.objectContaining({ name: 'InvalidMoveError' })

/** Every way to spoil one value inside of a plain object. */
function* spoiled(value: unknown, rebuild: (value: unknown) => unknown = (same) => same): Generator<unknown> {
  yield rebuild(Symbol('spoiled'))
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return
  yield rebuild({ ...value, more: 1 })
  for (const [key, item] of Object.entries(value)) {
    yield* spoiled(item, (inner) => rebuild({ ...value, [key]: inner }))
  }
}

describe('parseMoveQuote', () => {
  test('default', async () => {
    const { client, plan } = stage()
    const quote = await getMoveQuote(client, { plan, owner })
    expect(parseMoveQuote(deserialize(serialize(quote)))).toEqual(quote)
    const issue = { kind: 'reverted', chainId: 10, path: 'price', reason: 'stale' } as const
    const blind = { ...quote, plan: { ...plan, source: { ...plan.source, nativePrice: unknown(issue) } } }
    expect(parseMoveQuote(deserialize(serialize(blind)))).toEqual(blind)
  })

  test('error: InvalidMoveError, whichever field is spoiled', async () => {
    const { client, plan } = stage()
    const quote = await getMoveQuote(client, { plan, owner })
    const bad = [...spoiled(quote)]
    expect(bad.length).toBeGreaterThan(100)
    for (const value of bad) expect(() => parseMoveQuote(value)).toThrowError(named)
  })
})

describe('parsePreparedMove', () => {
  test.each(['permit', 'approve', 'none'] as const)('default: %s', async (approval) => {
    const { client, source, plan } = stage()
    if (approval === 'none') source.state.allowance = allowanceOf(plan).amount
    const quote = await getMoveQuote(client, { plan, owner })
    const wanted = approval === 'none' ? undefined : approval
    const prepared = await prepareMove(client, { quote, owner, approval: wanted })
    expect(prepared.approval).toBe(approval)
    expect(parsePreparedMove(deserialize(serialize(prepared)))).toEqual(prepared)
    for (const value of spoiled(prepared)) expect(() => parsePreparedMove(value)).toThrowError(named)
  })
})
