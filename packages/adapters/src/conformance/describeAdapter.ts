import type { ProtocolAdapter } from '@unimargin/sdk'
import { describe, test } from 'vitest'
import type { ConformanceFixture } from './ConformanceWorld.ts'
import { adapterChecks } from './checks/index.ts'
import { assertCheck } from './runCheck.ts'

/**
 * Holds an adapter against everything that every adapter is held against: one vitest test for each check. Other test
 * frameworks loop over `adapterChecks` of `@unimargin/adapters/conformance/checks`, which know none.
 *
 * @example
 * import { mockAaveV3 } from '@unimargin/adapters/aave-v3/testing'
 * import { describeAdapter, mockWorld } from '@unimargin/adapters/conformance'
 *
 * const owners = ['0x1111111111111111111111111111111111111111', '0x2222222222222222222222222222222222222222'] as const
 * const market = mockAaveV3({ chainId: 8453, reserves: { WETH: { price: '3000', liquidationThreshold: '0.8' } } })
 *
 * describeAdapter(market.adapter, {
 *   world: (random) =>
 *     mockWorld({
 *       market: market.withPosition({ owner: owners[0], supply: { WETH: random.bigint(1n, 10n ** 24n) } }),
 *       owners,
 *     }),
 * })
 */
export function describeAdapter(adapter: ProtocolAdapter, fixture: ConformanceFixture): void {
  describe(`${adapter.market.protocol} conforms`, () => {
    for (const check of adapterChecks) {
      if (check.lendingOnly === true && adapter.market.holdsIdle === true) continue
      const excuse = fixture.excuses?.[check.name]
      const title = `${check.name}: ${check.says}`
      test(excuse === undefined ? title : `${title} (excused: ${excuse})`, () => assertCheck(check, adapter, fixture))
    }
  })
}
