import { type Address, liquidationLadder, type MarginClient, planMoves, routeOffers, Wad } from '@unimargin/sdk'

/** Tells who dies first, and gives the cheapest safe way to save everybody. */
export async function whoDiesFirst(client: MarginClient, owner: Address) {
  const view = await client.getMarginView({ owner })
  for (const { market, fall } of liquidationLadder(client, { views: [view] })) {
    const percent = fall.status === 'known' ? `${Wad.formatDown(100n * fall.fall, 2)} %` : fall.status
    console.log(market.name, 'dies when its collateral falls by', percent)
  }

  // What gas and messages cost, in dollars, is the app's to know.
  const cents = (count: bigint) => (count * Wad.WAD) / 100n
  const chain = { withdraw: cents(10n), supply: cents(10n), repay: cents(8n), send: cents(15n) }
  const plan = planMoves(client, {
    view,
    targets: Wad.fromDecimal('1.5'),
    routes: routeOffers(client, { view, terms: { messaging: cents(40n), seconds: 120n } }),
    costs: { chains: Object.fromEntries(client.chains.map(({ id }) => [id, chain])) },
  })
  if (plan.status !== 'plan') return plan
  for (const { candidate, amount } of plan.steps) {
    console.log(candidate.purpose, amount, candidate.asset.symbol, 'from', candidate.donor, 'to', candidate.receiver)
  }
  console.log('costs', Wad.format(plan.cost), 'dollars and is', plan.optimality.status)
  return plan
}
