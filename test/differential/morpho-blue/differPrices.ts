import { morphoBlue } from '@unimargin/adapters/morpho-blue'
import { morphoBlueLending } from '@unimargin/adapters/morpho-blue/lending'
import { linearRate } from '@unimargin/devnet'
import { createMarginClient, type LendingAction, liquidationPrices, type ReadPosition } from '@unimargin/sdk'
import { type Address, defineChain, encodeFunctionData, type Hex, http, isAddressEqual, numberToHex } from 'viem'
import * as LocalChain from '../LocalChain.ts'
import * as Random from '../Random.ts'
import * as MorphoLab from './MorphoLab.ts'

/** How much was proved. */
export type PricesTally = {
  states: number
  positions: number
  /** Prices at which Morpho liquidates, while it refuses one unit of the oracle's before. */
  falls: number
  /** Prices between today's and that one at which it refuses. */
  between: number
  /** No price does it: neither does the lowest. */
  never: number
  already: number
}

const START = 2_500_000_000n
const DAY = 86_400n
const HEALTHY = /position is healthy/

/** Plays random positions in markets of all decimals, and holds their liquidation prices against Morpho's own `liquidate`. */
export async function differPrices(parameters: {
  readonly target: MorphoLab.LabTarget
  readonly states: number
  readonly seed: string
}): Promise<PricesTally> {
  const { target, states, seed } = parameters
  const { chainId, morpho, linearIrm, rpcUrl } = target
  const chain = await LocalChain.takeOver(rpcUrl)
  const lab = await MorphoLab.open(chain, target, START)
  await chain.snapshot()
  const tally: PricesTally = { states: 0, positions: 0, falls: 0, between: 0, never: 0, already: 0 }

  for (; tally.states < states; tally.states += 1) {
    const random = Random.create(`${seed}:${tally.states}`)
    await chain.revert()
    const market = lab.markets[(tally.states * 7) % lab.markets.length] ?? fail('no market')
    const { loanToken, collateralToken } = market.params
    const adapter = morphoBlue({
      lending: morphoBlueLending,
      chainId,
      morpho,
      marketId: market.id,
      adaptiveCurveIrm: lab.adaptiveCurveIrm,
      interestRateModels: { [linearIrm]: linearRate },
    })
    const client = createMarginClient({
      chains: [labChain(chainId, rpcUrl)],
      transports: { [chainId]: http(rpcUrl, { timeout: 60_000 }) },
      adapters: [adapter],
    })
    const read = () => client.getMarginView({ owners: lab.owners })
    let view = await read()
    const make = (owner: Address, action: LendingAction, asset: Address, amount: bigint): LocalChain.Transaction => {
      const [state] = view.markets
      const position = view.positions.find((one) => isAddressEqual(one.owner, owner))
      if (state === undefined || position?.status !== 'read') return fail('the market was not read')
      const { call } = adapter.lending.calls[action]({ state, position, asset, owner, amount })
      return { from: owner, to: call.to, data: call.data }
    }
    await lab.setPrice(market, MorphoLab.randomPrice(random, market))
    await chain.mine(START + 10n, [
      make(lab.owners[0], 'supply', loanToken, 10n ** BigInt(market.loanDecimals + 12)),
      ...lab.owners.map((owner) => {
        const digits = BigInt(market.collateralDecimals)
        return make(owner, 'supply', collateralToken, random.magnitude(1_000n, 10n ** (digits + 5n)))
      }),
    ])
    view = await read()
    const borrows = view.positions.flatMap((position) => {
      const [state] = view.markets
      if (state === undefined || position.status !== 'read') return fail('the market was not read')
      const { amount } = adapter.lending.limits.borrow({ state, position, asset: loanToken })
      if (typeof amount !== 'bigint' || amount === 0n) return []
      const share = random.chance(30) ? amount : (amount * BigInt(1 + random.below(100))) / 100n
      return share === 0n ? [] : [make(position.owner, 'borrow', loanToken, share)]
    })
    await chain.mine(START + 20n, borrows)
    await chain.mine(START + 20n + random.magnitude(1n, 30n * DAY))
    view = await read()

    const { timestamp } = (await chain.request('eth_getBlockByNumber', ['latest', false])) as {
      readonly timestamp: Hex
    }
    /** Whether Morpho liquidates when its oracle says so; it refuses for no other reason than a healthy position. */
    const isLiquidated = async ({ owner, collateral }: ReadPosition, price: bigint): Promise<boolean> => {
      const held = collateral.find(({ asset }) => isAddressEqual(asset.address, collateralToken))?.amount
      if (typeof held !== 'bigint') return fail('no collateral')
      const args = [market.params, owner, held / 1_000n + 1n, 0n, '0x'] as const
      const data = encodeFunctionData({ abi: MorphoLab.morphoAbi, functionName: 'liquidate', args })
      const slot = { [numberToHex(0, { size: 32 })]: numberToHex(price, { size: 32 }) }
      const call = { from: lab.liquidator, to: morpho, data, gas: '0x4c4b40' }
      const changes = { [market.params.oracle]: { stateDiff: slot } }
      try {
        await chain.request('eth_call', [call, 'latest', changes, { time: timestamp }])
        return true
      } catch (error) {
        if (error instanceof Error && HEALTHY.test(error.message)) return false
        throw error
      }
    }

    const proofs = view.positions.map(async (position) => {
      if (position.status !== 'read') return fail('a position was not read')
      if (position.debt.length === 0) return
      tally.positions += 1
      const prices = liquidationPrices(client, { view, position: position.id, asset: collateralToken })
      const [price] = 'status' in prices ? fail('a position is unknown') : prices
      const at = `SEED=${seed}:${tally.states} ${position.owner}`
      if (price?.status === 'never') {
        tally.never += 1
        if (await isLiquidated(position, 1n)) fail(`${at} is liquidated at the lowest price`)
        return
      }
      const now = position.collateral.find(({ isCollateral }) => isCollateral)?.exactPrice ?? fail('no price')
      if (price?.status === 'already') {
        tally.already += 1
        if (!(await isLiquidated(position, now.value))) fail(`${at} is not liquidated now`)
        return
      }
      if (price?.status !== 'known') return fail(`${at}: ${price?.status}`)
      const { liquidatesAt, safeAt, direction } = price
      if (liquidatesAt === undefined || direction !== 'falls') return fail(`${at}: ${direction}`)
      if (safeAt.value - liquidatesAt.value !== 1n || now.decimals !== safeAt.decimals)
        fail(`${at}: not one unit beside`)
      if (!(await isLiquidated(position, liquidatesAt.value))) fail(`${at} is not liquidated at ${liquidatesAt.value}`)
      if (await isLiquidated(position, safeAt.value)) fail(`${at} is liquidated at ${safeAt.value} already`)
      const middle = (now.value + safeAt.value) / 2n
      if (await isLiquidated(position, middle)) fail(`${at} is liquidated at ${middle} already`)
      tally.between += 1
      tally.falls += 1
    })
    await Promise.all(proofs)
  }
  return tally
}

function labChain(id: number, rpcUrl: string) {
  const nativeCurrency = { name: 'Ether', symbol: 'ETH', decimals: 18 }
  return defineChain({ id, name: 'lab', nativeCurrency, rpcUrls: { default: { http: [rpcUrl] } } })
}

function fail(reason: string): never {
  throw new Error(reason)
}
