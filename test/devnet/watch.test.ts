import { aaveV3 } from '@unimargin/adapters/aave-v3'
import { type ChainName, createDevnet, type Devnet, type DevnetSnapshot, type TokenSymbol } from '@unimargin/devnet'
import { type Address, createMarginClient, type MarginView, Wad } from '@unimargin/sdk'
import fc from 'fast-check'
import { http } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const OWNERS: readonly [Address, Address] = [
  '0x2222222222222222222222222222222222222222',
  '0x3333333333333333333333333333333333333333',
]
const CHAINS: readonly ChainName[] = ['arbitrum', 'base', 'optimism']

type Act = {
  readonly kind: 'price' | 'no price' | 'reserve' | 'supply' | 'borrow' | 'time' | 'sequencer' | 'remember' | 'go back'
  readonly chain: ChainName
  readonly symbol: TokenSymbol
  readonly owner: Address
  readonly size: number
}
const act: fc.Arbitrary<Act> = fc.record({
  kind: fc.constantFrom('price', 'no price', 'reserve', 'supply', 'borrow', 'time', 'sequencer', 'remember', 'go back'),
  chain: fc.constantFrom(...CHAINS),
  symbol: fc.constantFrom('WETH', 'USDC'),
  owner: fc.constantFrom(...OWNERS),
  size: fc.nat(999),
})

/** Milliseconds. A machine that has other things to do is slow, and no chain is dead. */
const timeout = 60_000

let devnet: Devnet

beforeAll(async () => {
  devnet = await createDevnet()
  for (const chain of CHAINS) {
    for (const owner of OWNERS) {
      const borrow = { USDC: 1_000_000_000n }
      await devnet.openAavePosition({ chain, owner, supply: { WETH: Wad.fromDecimal('2') }, borrow })
    }
  }
})
afterAll(() => devnet?.close())

function createClient(adapters: readonly ReturnType<typeof aaveV3>[]) {
  return createMarginClient({
    chains: devnet.chains.map(({ chain }) => chain),
    transports: Object.fromEntries(devnet.chains.map(({ chainId, rpcUrl }) => [chainId, http(rpcUrl, { timeout })])),
    adapters,
    routers: devnet.routers,
    routes: devnet.routes,
    sequencers: devnet.sequencers,
  })
}

/** Does something to the chains; what the pool refuses (a paused reserve, no collateral left) is left out. */
async function perform({ kind, chain, symbol, owner, size }: Act, clean: DevnetSnapshot): Promise<DevnetSnapshot> {
  const unit = symbol === 'WETH' ? 10n ** 15n : 10n ** 6n
  if (kind === 'price') await devnet.setPrice(symbol, String(size + 500), { chain })
  if (kind === 'no price') await devnet.setPrice(symbol, '0', { chain })
  if (kind === 'reserve')
    await devnet.setReserve({ chain, symbol, frozen: size % 2 === 0, paused: size % 3 === 0 }).catch(() => {})
  if (kind === 'supply') await devnet.supply({ chain, owner, symbol, amount: BigInt(size + 1) * unit }).catch(() => {})
  if (kind === 'borrow')
    await devnet.borrow({ chain, owner, symbol: 'USDC', amount: BigInt(size + 1) * 10n ** 5n }).catch(() => {})
  if (kind === 'time') await devnet.increaseTime(size * 100)
  if (kind === 'sequencer') await devnet.setSequencer(chain, size % 2 === 0 ? 'up' : 'down')
  if (kind === 'go back') await devnet.revert(clean)
  return kind === 'remember' ? devnet.snapshot() : clean
}

const PAST: readonly string[] = ['since', 'lastKnown', 'age', 'lag']

/** What does not depend on the moment of reading, nor on what a client has seen before. */
function factsOf(view: MarginView | undefined): unknown {
  if (view === undefined) throw new TypeError('it was refreshed')
  const flags = view.flags.filter(({ kind }) => kind !== 'stale-head' && kind !== 'head-went-back')
  return JSON.parse(
    JSON.stringify({ ...view, flags }, (key, value: unknown) => {
      if (PAST.includes(key)) return undefined
      return typeof value === 'bigint' ? String(value) : value
    }),
  )
}

describe('watchMarginView', () => {
  test('property: what a watch remembers never shows: after anything, it says what a new client says', async () => {
    const adapters = devnet.chains.map(({ name }) => aaveV3(devnet.marketOf(name)))
    const client = createClient(adapters)
    const accounts = [...OWNERS.map((owner) => ({ id: owner, owner })), { id: 'both', owners: [...OWNERS].reverse() }]
    const watch = client.watchMarginView({ accounts, every: 3_600_000, timeout })
    const errors: unknown[] = []
    watch.on('error', (error) => errors.push(error))
    const seen = new Set<string>()
    let clean = await devnet.snapshot()
    for (const next of fc.sample(act, { numRuns: 40, seed: 7 })) {
      clean = await perform(next, clean)
      await watch.refresh()
      const fresh = createClient(adapters)
      for (const { id, owners } of watch.accounts) {
        const view = await fresh.getMarginView({ owners, timeout })
        expect(factsOf(watch.latest(id)), JSON.stringify(next)).toEqual(factsOf(view))
        seen.add(view.verdict)
      }
      fresh.close()
    }
    client.close()
    expect(errors).toEqual([])
    expect(seen.size).toBeGreaterThan(1)
  })
})
