import { describe, expect, test } from 'vitest'
import { lendingOf, textOf } from '../../../../../test/fixtures/lending.ts'
import { adapter, DONOR_CHAIN, ETH, owner, RECEIVER_CHAIN, WAD, world } from '../../../../../test/fixtures/moves.ts'
import type { FlagKind } from '../../model/Flag.ts'
import { planDirectMove } from './planDirectMove.ts'
import { withdrawalOf } from './withdrawalOf.ts'

describe('withdrawalOf', () => {
  const { context, view, ...ends } = world()
  const adapters = [DONOR_CHAIN, RECEIVER_CHAIN].map((chainId) => ({ ...adapter(chainId), lending: lendingOf() }))
  const client = { ...context, adapters }
  const flagged = (...kinds: readonly FlagKind[]) => ({
    ...view,
    flags: kinds.map((kind) => ({ kind, chainId: DONOR_CHAIN, path: 'chain', reason: 'a test' })),
  })
  const wanted = { ...ends, asset: 'WETH', amount: 2n * ETH, donorFloor: WAD, acceptFlags: ['single-source'] } as const
  const plan = planDirectMove(client, { ...wanted, view: flagged('single-source') })
  if (plan.status !== 'plan') throw new TypeError(plan.status)

  test('default', () => {
    const { address } = plan.source.asset
    expect(textOf(withdrawalOf(client, view, plan).data)).toBe(`withdraw ${plan.amount} ${address} of ${owner}`)
  })

  test('behavior: what the plan has accepted is not asked again', () => {
    expect(withdrawalOf(client, flagged('single-source'), plan)).toEqual(withdrawalOf(client, view, plan))
  })

  test('error: DoubtfulViewError for a later view that is doubtful in another way than was accepted', () => {
    expect(() => withdrawalOf(client, flagged('single-source', 'stale-head'), plan)).toThrowError(
      expect.objectContaining({ name: 'DoubtfulViewError', kinds: ['stale-head'] }),
    )
  })

  test('error: FloorBrokenError when that view shows the donor below its floor', () => {
    expect(() => withdrawalOf(client, view, { ...plan, donorFloor: 9n * WAD })).toThrowError(
      expect.objectContaining({ name: 'FloorBrokenError' }),
    )
  })
})
