import { describe, expect, test } from 'vitest'
import * as Agreement from './Agreement.ts'

describe('comparable', () => {
  test('behavior: of a simulation only what the calls came to, and not the block that a node made up for it', () => {
    const log = { address: '0x01', topics: [], data: '0x' }
    const call = {
      status: '0x1',
      returnData: '0x02',
      gasUsed: '0x5',
      logs: [{ ...log, blockHash: '0xaa', logIndex: '0x0' }],
    }
    const failed = { status: '0x0', returnData: '0x', gasUsed: '0x5', error: { code: 3, message: 'no', data: '0x99' } }
    const answer = (hash: string, other: object = {}) => [{ hash, calls: [{ ...call, ...other }, failed] }]
    const key = (result: unknown) => Agreement.keyOf(Agreement.comparable('eth_simulateV1', result))
    const said = Agreement.comparable('eth_simulateV1', answer('0x11'))
    expect(said).toEqual([
      {
        calls: [
          { ...call, logs: [log] },
          { ...failed, error: { data: '0x99' } },
        ],
      },
    ])
    expect(key(answer('0x11'))).toBe(key(answer('0x22', { maxUsedGas: '0x9' })))
    expect(key(answer('0x11'))).not.toBe(key(answer('0x11', { gasUsed: '0x6' })))
    expect(key(answer('0x11'))).not.toBe(key(answer('0x11', { status: '0x0' })))
    for (const nonsense of [null, 'no', [null], [{ calls: 'no' }]]) expect(() => key(nonsense)).not.toThrow()
  })
})
