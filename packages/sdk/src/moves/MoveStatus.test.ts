import { describe, expect, test } from 'vitest'
import type { TrackedMove } from './MoveIntent.ts'
import { isTerminal, type MoveStage, stagesOf } from './MoveStatus.ts'

const end = { eid: 1, endpoint: '0x', router: '0x', oft: '0x' } as const
const move: TrackedMove = {
  version: 1,
  id: '0x',
  owner: '0x',
  sourceChainId: 1,
  destinationChainId: 2,
  deadline: 0n,
  source: end,
  destination: end,
}
const sent: TrackedMove = { ...move, guid: '0x01' }

describe('stagesOf', () => {
  test.each([
    ['submitted', move, ['submitted']],
    ['sent', sent, ['submitted', 'sent']],
    ['unreceived', sent, ['submitted', 'sent', 'verified', 'unreceived']],
    ['delivered', sent, ['submitted', 'sent', 'verified', 'delivered']],
    ['credited', sent, ['submitted', 'sent', 'verified', 'delivered', 'credited']],
    ['parked', sent, ['submitted', 'sent', 'verified', 'delivered', 'parked']],
    ['claimed', sent, ['submitted', 'sent', 'verified', 'delivered', 'parked', 'claimed']],
    ['failed', move, ['submitted', 'failed']],
    ['failed', sent, ['submitted', 'sent', 'failed']],
  ] as const)('default: %s', (stage: MoveStage, of, stages) => {
    expect(stagesOf({ stage, move: of })).toEqual(stages)
  })
})

describe('isTerminal', () => {
  test('default', () => {
    const stages: readonly MoveStage[] = [
      'submitted',
      'sent',
      'verified',
      'unreceived',
      'delivered',
      'credited',
      'parked',
      'claimed',
      'failed',
    ]
    expect(stages.filter(isTerminal)).toEqual(['credited', 'parked', 'claimed', 'failed'])
  })
})
