import { aaveV3 } from '@unimargin/adapters/aave-v3'
import { morphoBlue } from '@unimargin/adapters/morpho-blue'
import type { Devnet } from '@unimargin/devnet'
import {
  createMarginClient,
  type MarginView,
  type MoveHandle,
  type MovePlan,
  type MoveQuote,
  type MoveStatus,
  Wad,
} from '@unimargin/sdk'
import { createWalletClient, http } from 'viem'
import { type Comparison, compareWithPlan } from './compareWithPlan.ts'

/** What the demo tells, in this order. */
export type Teller = {
  readonly before: (view: MarginView) => void
  readonly shocked: (view: MarginView, shock: { readonly from: string; readonly to: string }) => void
  readonly planned: (plan: MovePlan) => void
  readonly quoted: (quote: MoveQuote) => void
  readonly sent: (handle: MoveHandle) => void
  readonly stage: (status: MoveStatus) => void
  readonly inFlight: (view: MarginView) => void
  readonly after: (view: MarginView, comparison: Comparison) => void
}

const PRICE_BEFORE = '2500'
const PRICE_AFTER = '1950'
/** Staked ether falls with ether: 1.18 of it both times. */
const STAKED_BEFORE = '2950'
const STAKED_AFTER = '2301'
/** What the rescue aims at, and what it leaves to the donor. */
const TARGET = Wad.fromDecimal('1.30')
const DONOR_FLOOR = Wad.fromDecimal('1.80')

/** One owner, five positions in two protocols, one shock, one rescue. Everything shown is read from the chains. */
export async function story(devnet: Devnet, tell: Teller): Promise<void> {
  const [owner] = devnet.accounts
  if (owner === undefined) throw new RangeError('the devnet has no accounts')
  const client = createMarginClient({
    chains: devnet.chains.map(({ chain }) => chain),
    transports: Object.fromEntries(devnet.chains.map(({ chainId, rpcUrl }) => [chainId, http(rpcUrl)])),
    // Each market liquidates alone, so each is an adapter of its own, whatever the protocol.
    adapters: [
      aaveV3(devnet.marketOf('arbitrum')),
      aaveV3(devnet.marketOf('base')),
      morphoBlue(devnet.morphoMarketOf('base', 'wstETH/WETH')),
      aaveV3(devnet.marketOf('optimism')),
      morphoBlue(devnet.morphoMarketOf('optimism', 'WETH/USDC')),
    ],
    routers: devnet.routers,
    routes: devnet.routes,
  })
  const look = () => client.getMarginView({ owner: owner.address })

  await devnet.setPrice('WETH', PRICE_BEFORE)
  await devnet.setPrice('wstETH', STAKED_BEFORE)
  await openPositions(devnet, owner.address)
  tell.before(await look())

  await devnet.setPrice('WETH', PRICE_AFTER)
  await devnet.setPrice('wstETH', STAKED_AFTER)
  const shocked = await look()
  tell.shocked(shocked, { from: PRICE_BEFORE, to: PRICE_AFTER })

  const receiver = shocked.weakest.weakestKnown?.position
  const donor = shocked.positions.find(({ market }) => market.chainId === devnet.chain('arbitrum').chainId)?.id
  if (receiver === undefined || donor === undefined) throw new RangeError('there is nobody to rescue')
  const plan = client.planMove({
    view: shocked,
    asset: 'WETH',
    donor,
    receiver,
    target: TARGET,
    donorFloor: DONOR_FLOOR,
  })
  if (plan.status !== 'plan') throw new RangeError(`no plan: ${plan.status}`)
  tell.planned(plan)
  const quote = await client.getMoveQuote({ plan, owner: owner.address })
  tell.quoted(quote)

  // The message waits at each step, so that every stage can be seen. Left alone it takes a moment.
  await devnet.messages.hold()
  const source = devnet.chain('arbitrum')
  const walletClient = createWalletClient({
    account: owner.account,
    chain: source.chain,
    transport: http(source.rpcUrl),
  })
  const handle = await client.sendMove({ quote, walletClient, approval: 'permit' })
  tell.sent(handle)

  await new Promise<void>((done, fail) => {
    const step = async (status: MoveStatus): Promise<void> => {
      tell.stage(status)
      const { guid } = status.move
      if (guid !== undefined && status.stage === 'sent') {
        tell.inFlight(await look())
        await devnet.messages.verify(guid)
      }
      if (guid !== undefined && status.stage === 'verified') await devnet.messages.deliver(guid)
      if (guid !== undefined && status.stage === 'delivered') await devnet.messages.compose(guid)
      if (status.stage === 'credited') done()
      if (status.stage === 'parked' || status.stage === 'failed') fail(new RangeError(`the move ended ${status.stage}`))
    }
    client.watchMove({
      move: handle,
      pollingInterval: 50,
      onStage: (_, status) => void step(status).catch(fail),
      onError: fail,
    })
  })
  const after = await look()
  tell.after(after, compareWithPlan(after, plan, shocked))
}

async function openPositions(devnet: Devnet, owner: `0x${string}`): Promise<void> {
  const weth = (amount: string) => Wad.fromDecimal(amount)
  await devnet.openAavePosition({
    chain: 'arbitrum',
    owner,
    supply: { WETH: weth('10') },
    borrow: { USDC: 6_000_000_000n },
  })
  await devnet.openAavePosition({
    chain: 'base',
    owner,
    supply: { WETH: weth('4') },
    borrow: { USDC: 6_000_000_000n },
  })
  await devnet.openAavePosition({
    chain: 'optimism',
    owner,
    supply: { WETH: weth('3'), USDC: 2_000_000_000n },
    borrow: { WBTC: 5_000_000n },
  })
  await devnet.openMorphoPosition({
    chain: 'base',
    market: 'wstETH/WETH',
    owner,
    collateral: weth('2'),
    borrow: weth('1.5'),
  })
  await devnet.openMorphoPosition({
    chain: 'optimism',
    market: 'WETH/USDC',
    owner,
    collateral: weth('3'),
    borrow: 3_500_000_000n,
  })
}
