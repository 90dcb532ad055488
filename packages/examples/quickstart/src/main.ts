import { aaveV3 } from '@unimargin/adapters/aave-v3'
import { createDevnet } from '@unimargin/devnet'
import { createMarginClient, Usd, Wad } from '@unimargin/sdk'
import { http } from 'viem'

// A local network stands in for the L2s; with real ones, pass their chains, transports and pools.
const devnet = await createDevnet()
const owner = '0x1111111111111111111111111111111111111111'
await devnet.openAavePosition({ chain: 'base', owner, supply: { WETH: 10n ** 18n }, borrow: { USDC: 1_600_000_000n } })

const client = createMarginClient({
  chains: devnet.chains.map(({ chain }) => chain),
  transports: Object.fromEntries(devnet.chains.map(({ chainId, rpcUrl }) => [chainId, http(rpcUrl)])),
  adapters: devnet.chains.map(({ name }) => aaveV3(devnet.marketOf(name))),
})

const view = await client.getMarginView({ owner })
console.log('verdict', view.verdict)
for (const { market, health } of view.positions) {
  // No sentinel numbers: without debt there is no factor, and what could not be read is `unknown`.
  console.log(market.name, health.status === 'known' ? Wad.format(health.factor) : health.status)
}
if (view.totals.status === 'complete') console.log('net value', Usd.format(view.totals.netValue))

await devnet.close()
