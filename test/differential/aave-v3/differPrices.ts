import { aaveV3 } from '@unimargin/adapters/aave-v3'
import {
  createMarginClient,
  type LiquidationPrice,
  liquidationPrices,
  type MarginView,
  type Position,
  type PriceBoundary,
  type ReadPosition,
} from '@unimargin/sdk'
import {
  type Address,
  decodeFunctionResult,
  defineChain,
  encodeFunctionData,
  type Hex,
  http,
  isAddressEqual,
  maxUint256,
  parseAbi,
} from 'viem'
import * as LocalChain from '../LocalChain.ts'
import * as Random from '../Random.ts'
import * as AaveLab from './AaveLab.ts'

/** How much was proved, and what the positions were like. */
export type PricesTally = {
  states: number
  positions: number
  /** Prices at which the pool liquidates, while it refuses one unit before. */
  falls: number
  rises: number
  /** Of these: of an asset on both sides, in an e-mode, with two or more collaterals, and of a price that is better for its owner. */
  onBothSides: number
  inEMode: number
  severalCollaterals: number
  teeth: number
  /** Prices between today's and the boundary at which the pool calls the position healthy. */
  between: number
  /** No price of the asset does it: neither do the lowest and one of a million times. */
  never: number
  /** The pool would liquidate, but for another reason it cannot be done; by reason. */
  hindered: Record<string, number>
}

const poolAbi = parseAbi([
  'function getUserAccountData(address) view returns (uint256, uint256, uint256, uint256, uint256, uint256)',
  'function liquidationCall(address collateral, address debt, address user, uint256 amount, bool receiveAToken)',
])
const WAD = 10n ** 18n
const START = 2_500_000_000n
const DAY = 86_400n
/** `HEALTH_FACTOR_NOT_BELOW_THRESHOLD`, as text up to 3.4 and as an error since. */
const HEALTHY = /revert(?:ed)?: 45|0x930bb771|HealthFactorNotBelowThreshold/i

/**
 * Plays random Aave states, asks for the liquidation prices of every position, and holds each against the pool itself: with the feed at
 * that price its own liquidation call succeeds, with the feed one unit before it is refused because the position is healthy.
 */
export async function differPrices(parameters: {
  readonly target: AaveLab.LabTarget
  readonly states: number
  readonly seed: string
}): Promise<PricesTally> {
  const { target, states, seed } = parameters
  const { chainId, pool, rpcUrl, tokens } = target
  const chain = await LocalChain.takeOver(rpcUrl)
  const lab = await AaveLab.open(chain, target, START)
  await chain.snapshot()
  const client = createMarginClient({
    chains: [
      defineChain({
        id: chainId,
        name: 'lab',
        nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
        rpcUrls: { default: { http: [rpcUrl] } },
      }),
    ],
    transports: { [chainId]: http(rpcUrl, { timeout: 60_000 }) },
    adapters: [aaveV3({ chainId, pool })],
  })
  const tally: PricesTally = {
    states: 0,
    positions: 0,
    falls: 0,
    rises: 0,
    onBothSides: 0,
    inEMode: 0,
    severalCollaterals: 0,
    teeth: 0,
    between: 0,
    never: 0,
    hindered: {},
  }

  for (; tally.states < states; tally.states += 1) {
    const random = Random.create(`${seed}:${tally.states}`)
    await chain.revert()
    let now = START
    const prices = new Map<Address, bigint>()
    let view = await client.getMarginView({ owners: lab.owners })
    for (const { asset, price } of view.markets.flatMap(({ reserves }) => reserves)) {
      if (typeof price === 'bigint') prices.set(asset.address, price / 10n ** 10n)
    }
    for (let turn = 0; turn < 4; turn += 1) {
      const moves = Array.from({ length: 30 }, () => {
        const owner = random.pick(lab.owners)
        const position = view.positions.find((one) => isAddressEqual(one.owner, owner))
        const isRead = position?.status === 'read'
        const spare = isRead ? spareOf(position) : 0n
        return lab.ownerMove(random, { owner, availableBorrowsBase: spare, isLiquidatable: false }, prices)
      })
      now += 1n + random.magnitude(1n, 30n * DAY)
      await chain.mine(now, moves)
      view = await client.getMarginView({ owners: lab.owners })
    }
    const { timestamp } = (await chain.request('eth_getBlockByNumber', ['latest', false])) as {
      readonly timestamp: Hex
    }
    /** What becomes of a call in the latest block, in its own time, with the feed of a token at a price. */
    const ask = async (
      token: AaveLab.LabToken,
      price: bigint,
      from: Address,
      data: Hex,
    ): Promise<{ readonly data: Hex } | { readonly reason: string }> => {
      const call = { from, to: pool, data, gas: '0x4c4b40' }
      try {
        const answer = await chain.request('eth_call', [
          call,
          'latest',
          lab.withPrice(token, price),
          { time: timestamp },
        ])
        return { data: String(answer) as Hex }
      } catch (error) {
        if (error instanceof Error && /revert/i.test(error.message)) return { reason: error.message }
        throw error
      }
    }
    const healthAt = async (token: AaveLab.LabToken, price: bigint, owner: Address): Promise<bigint> => {
      const functionName = 'getUserAccountData'
      const answer = await ask(token, price, owner, encodeFunctionData({ abi: poolAbi, functionName, args: [owner] }))
      if ('reason' in answer) return fail(answer.reason)
      return decodeFunctionResult({ abi: poolAbi, functionName, data: answer.data })[5]
    }
    /** Tries every pair of collateral and debt, much of it and little. */
    const liquidate = async (token: AaveLab.LabToken, price: bigint, position: ReadPosition) => {
      const from = lab.owners.find((owner) => !isAddressEqual(owner, position.owner)) ?? fail('no liquidator')
      const calls = position.collateral
        .filter(({ isCollateral }) => isCollateral)
        .flatMap(({ asset: seized }) =>
          position.debt.flatMap(({ asset: owed }) =>
            [maxUint256, 1_000n].map((amount) => {
              const args = [seized.address, owed.address, position.owner, amount, true] as const
              return encodeFunctionData({ abi: poolAbi, functionName: 'liquidationCall', args })
            }),
          ),
        )
      const answers = await Promise.all(calls.map((data) => ask(token, price, from, data)))
      const reasons = answers.flatMap((answer) => ('reason' in answer ? [answer.reason] : []))
      return { reasons, isTaken: reasons.length < answers.length }
    }

    const owing = view.positions.filter((position) => position.status === 'read' && position.debt.length > 0)
    tally.positions += owing.length
    await proveAll(
      view,
      owing.map(({ id }) => id),
    )
    // At the last safe price a floored average lets a price liquidate that is better for its owner.
    for (const { id } of owing) {
      const all = liquidationPrices(client, { view, position: id })
      if ('status' in all) fail('a position is unknown')
      const price = all.find((one) => one.status === 'known' && one.direction === 'falls')
      if (price?.status !== 'known') continue
      const token = tokens.find(({ address }) => isAddressEqual(address, price.asset.address)) ?? fail('no token')
      await lab.setPrice(token, price.safeAt.value)
      await proveAll(await client.getMarginView({ owners: lab.owners }), [id])
      await lab.setPrice(token, price.now.value)
    }

    async function proveAll(seen: MarginView, ids: readonly string[]): Promise<void> {
      await Promise.all(
        seen.positions.filter(({ id }) => ids.includes(id)).flatMap((position) => proofsOf(seen, position)),
      )
    }

    function proofsOf(seen: MarginView, position: Position): readonly Promise<void>[] {
      const tasks: Promise<void>[] = []
      if (position.status !== 'read') return fail('a position was not read')
      const all = liquidationPrices(client, { view: seen, position: position.id })
      if ('status' in all) fail('a position is unknown')
      for (const price of all) {
        const token = tokens.find(({ address }) => isAddressEqual(address, price.asset.address)) ?? fail('no token')
        const at = `SEED=${seed}:${tally.states} ${position.owner} ${price.asset.symbol}`
        if (price.status === 'unknown' || price.status === 'unit-of-account') fail(`${at} ${price.status}`)
        const leg = [...position.collateral, ...position.debt].find(
          ({ asset }) => asset.address === price.asset.address,
        )
        const today = typeof leg?.price === 'bigint' ? leg.price / 10n ** 10n : fail(`${at}: no price`)
        if (price.status === 'already') tasks.push(isNever(position, token, [today], at))
        if (price.status === 'never') {
          tally.never += 1
          tasks.push(isAlways(position, token, [1n, today * 10n ** 6n], at))
        }
        if (price.status !== 'known') continue
        for (const boundary of [price, price.opposite]) {
          const parts = [random.below(1_000), random.below(1_000), 999]
          if (boundary !== undefined) tasks.push(prove(boundary, { price, position, token, at, parts }))
        }
      }
      return tasks
    }

    async function isAlways(position: ReadPosition, token: AaveLab.LabToken, values: readonly bigint[], at: string) {
      const healths = await Promise.all(values.map((value) => healthAt(token, value, position.owner)))
      if (healths.some((health) => health < WAD)) fail(`${at}: ${healths} at ${values}`)
    }

    async function isNever(position: ReadPosition, token: AaveLab.LabToken, values: readonly bigint[], at: string) {
      const healths = await Promise.all(values.map((value) => healthAt(token, value, position.owner)))
      if (healths.some((health) => health >= WAD)) fail(`${at}: ${healths} at ${values}`)
    }

    async function prove(
      { direction, liquidatesAt, safeAt }: PriceBoundary,
      {
        price,
        position,
        token,
        at,
        parts,
      }: {
        readonly price: Extract<LiquidationPrice, { status: 'known' }>
        readonly position: ReadPosition
        readonly token: AaveLab.LabToken
        readonly at: string
        readonly parts: readonly number[]
      },
    ): Promise<void> {
      if (liquidatesAt?.decimals !== 8 || safeAt.decimals !== 8) return fail(`${at}: not in the oracle's decimals`)
      const beside = liquidatesAt.value - safeAt.value
      if (beside !== (direction === 'falls' ? -1n : 1n)) fail(`${at}: not one unit beside`)
      const distance = price.now.value - safeAt.value
      const between = parts.map((part) => safeAt.value + (distance * BigInt(part)) / 1_000n)
      const [refused, taken] = await Promise.all([
        liquidate(token, safeAt.value, position),
        liquidate(token, liquidatesAt.value, position),
        isAlways(position, token, [...between, safeAt.value], at),
        isNever(position, token, [liquidatesAt.value], at),
      ])
      tally.between += between.length
      if (refused.isTaken || !refused.reasons.every((reason) => HEALTHY.test(reason))) {
        fail(`${at}: one unit before the price ${refused.reasons}`)
      }
      if (taken.reasons.some((reason) => HEALTHY.test(reason))) fail(`${at}: the pool calls it healthy`)
      if (!taken.isTaken) {
        for (const reason of taken.reasons) tally.hindered[reason] = (tally.hindered[reason] ?? 0) + 1
        return
      }
      tally[direction] += 1
      const isOf = (leg: { readonly asset: { readonly address: Address } }) =>
        isAddressEqual(leg.asset.address, token.address)
      const backing = position.collateral.filter(({ isCollateral }) => isCollateral)
      if (backing.some(isOf) && position.debt.some(isOf)) tally.onBothSides += 1
      if (direction === 'rises' && !position.debt.some(isOf)) tally.teeth += 1
      if (position.details.eMode !== 'none') tally.inEMode += 1
      if (backing.length > 1) tally.severalCollaterals += 1
    }
  }
  return tally
}

/** What may still be borrowed, roughly, in the base currency. */
function spareOf({ collateral, debtValue }: ReadPosition): bigint {
  const lendable = collateral.reduce(
    (sum, { isCollateral, value, loanToValue }) =>
      isCollateral && typeof value === 'bigint' ? sum + (value * loanToValue) / WAD : sum,
    0n,
  )
  const spare = typeof debtValue === 'bigint' ? lendable - debtValue : 0n
  return spare > 0n ? spare / 10n ** 10n : 0n
}

function fail(reason: string): never {
  throw new Error(reason)
}
