import { describe, expect, test } from 'vitest'
import { asset, DONOR_CHAIN, RECEIVER_CHAIN, route, WAD, world } from '../../../../test/fixtures/moves.ts'
import { routeOffers } from './routeOffers.ts'

describe('routeOffers', () => {
  const { context, view } = world()
  const place = (chainId: number) => ({ chainId, asset: asset(chainId, 'WETH', 18).address, decimals: 18 })

  test('default', () => {
    const offers = routeOffers(context, { view, terms: { messaging: WAD, seconds: 60n } })
    // The third end of the route is where the view has no market.
    expect(offers.map(({ source, destination }) => [source, destination])).toEqual([
      [place(DONOR_CHAIN), place(RECEIVER_CHAIN)],
      [place(RECEIVER_CHAIN), place(DONOR_CHAIN)],
    ])
    for (const offer of offers) {
      // Six shared decimals, as many units as a message can carry.
      const most = (2n ** 64n - 1n) * 10n ** 12n
      expect(offer).toMatchObject({ key: route.key, sharedDecimals: 6, messaging: WAD, seconds: 60n, most })
    }
  })

  test('behavior: terms by way', () => {
    const offers = routeOffers(context, {
      view,
      terms: ({ source, destination }) =>
        source.chainId === DONOR_CHAIN
          ? { messaging: BigInt(destination.chainId), seconds: 1n, most: 5n, fee: 3n }
          : undefined,
    })
    expect(offers).toEqual([
      {
        key: route.key,
        source: place(DONOR_CHAIN),
        destination: place(RECEIVER_CHAIN),
        sharedDecimals: 6,
        messaging: BigInt(RECEIVER_CHAIN),
        seconds: 1n,
        most: 5n,
        fee: 3n,
      },
    ])
  })
})
