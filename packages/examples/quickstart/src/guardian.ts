// What a bot would do at every block: look, see who dies first, and ask for the cheapest safe way out.
import { aaveV3 } from '@unimargin/adapters/aave-v3'
import { createDevnet } from '@unimargin/devnet'
import { createMarginClient, liquidationLadder, planMoves, routeOffers, Wad } from '@unimargin/sdk'
import { http } from 'viem'

const devnet = await createDevnet()
const owner = '0x1111111111111111111111111111111111111111'
const ether = (amount: string) => ({ WETH: Wad.fromDecimal(amount) })
await devnet.openAavePosition({ chain: 'base', owner, supply: ether('4'), borrow: { USDC: 6_000_000_000n } })
await devnet.openAavePosition({ chain: 'arbitrum', owner, supply: ether('10'), borrow: { USDC: 6_000_000_000n } })
await devnet.setPrice('WETH', '1950')

const client = createMarginClient({
  chains: devnet.chains.map(({ chain }) => chain),
  transports: Object.fromEntries(devnet.chains.map(({ chainId, rpcUrl }) => [chainId, http(rpcUrl)])),
  adapters: devnet.chains.map(({ name }) => aaveV3(devnet.marketOf(name))),
  routers: devnet.routers,
  routes: devnet.routes,
})
const view = await client.getMarginView({ owner })
const name = (id: string) => view.positions.find((position) => position.id === id)?.market.name ?? id

for (const { market, fall } of liquidationLadder(client, { views: [view] })) {
  console.log(
    market.name,
    fall.status === 'known' ? `dies after a fall of ${Wad.formatDown(fall.fall, 4)}` : fall.status,
  )
}

// Costs in US dollars. Live ones come from quotes, or from what the bot paid last time.
const cents = (count: bigint) => (count * Wad.WAD) / 100n
const chain = { withdraw: cents(20n), send: cents(30n), supply: cents(20n), repay: cents(20n) }
const result = planMoves(client, {
  view,
  targets: Wad.fromDecimal('1.30'),
  floors: Wad.fromDecimal('1.50'),
  routes: routeOffers(client, { view, terms: { messaging: cents(50n), seconds: 120n } }),
  costs: { chains: Object.fromEntries(devnet.chains.map(({ chainId }) => [chainId, chain])) },
})

switch (result.status) {
  case 'already-safe':
    console.log('nothing to do')
    break
  case 'plan':
    console.log(`${result.steps.length} moves, ${Wad.formatDown(result.cost, 2)} dollars`)
    for (const { candidate, amount } of result.steps) {
      const { asset, donor, receiver, purpose } = candidate
      console.log(purpose, amount, asset.symbol, 'from', name(donor), 'to', name(receiver))
    }
    break
  case 'unsavable':
    // Nothing is to be sent. These stand in the way, and this is how far moves could get.
    console.log('unsavable', result.binding, result.recoverable)
    break
}

await devnet.close()
