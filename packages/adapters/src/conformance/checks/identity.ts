import {
  type Address,
  type CollateralLeg,
  type DebtLeg,
  issuesOf,
  type PositionFacts,
  type Reserve,
  Wad,
} from '@unimargin/sdk'
import { isAddress } from 'viem'
import type { Check } from '../Check.ts'

/** Keys and ids are well formed, unique and of the right chain; rules are those that positions name. */
export const identity: Check = {
  name: 'identity',
  says: 'keys and ids are well formed and unique',
  needs: 'any world',
  run: ({ adapter, reading, owners }, { tried, finding }) => {
    tried()
    const { market, rules, metadata, lending } = adapter
    const key = `${market.protocol}:${market.chainId}:${market.id}`.toLowerCase()
    if (market.key !== key) finding(`the market's key is ${market.key}, not ${key}`)
    if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(market.protocol)) finding(`"${market.protocol}" is no name of a protocol`)
    if (!/^0x[0-9a-fA-F]+$/.test(market.id)) finding(`the market's id ${market.id} is no hex`)
    if (market.name.trim() === '' || !isPrintable(market.name)) finding('the market has no printable name')
    if (!Number.isSafeInteger(metadata.ttl) || metadata.ttl <= 0) finding(`a ttl of ${metadata.ttl} is no time to live`)
    for (const [name, rule] of Object.entries(rules)) {
      if (rule.key !== name) finding(`the rule "${rule.key}" is filed under "${name}"`)
    }
    if (market.holdsIdle === true) {
      if (lending !== undefined) finding('the market holds what is idle, and lends')
      if (reading.positions.some((one) => one.status === 'ok' && one.value.debt.length > 0)) {
        finding('the market holds what is idle, and somebody owes it something')
      }
      if (
        reading.positions.some((one) => one.status === 'ok' && one.value.collateral.some((leg) => leg.isCollateral))
      ) {
        finding('the market holds what is idle, and something of it is collateral')
      }
    } else if (lending === undefined) finding('it has no `lending`, and its market does not say `holdsIdle`')

    const { state, positions } = reading
    if (state.market.key !== market.key) finding(`its state is of market ${state.market.key}`)
    const assets = state.reserves.map(({ asset }) => asset)
    for (const repeated of repeats(assets.map(({ address }) => address.toLowerCase()))) {
      finding(`${repeated} is more than one reserve`)
    }
    for (const asset of assets) {
      if (asset.chainId !== market.chainId) finding(`${asset.symbol} is of chain ${asset.chainId}`)
      if (!isAddress(asset.address, { strict: false })) finding(`${asset.symbol} has no address: ${asset.address}`)
      if (!Number.isInteger(asset.decimals) || asset.decimals < 0 || asset.decimals > 36) {
        finding(`${asset.symbol} has ${asset.decimals} decimals`)
      }
      if (asset.symbol === '' || !isPrintable(asset.symbol)) finding(`${asset.address} has no printable symbol`)
    }
    for (const text of state.reserves.flatMap(reserveFindings)) finding(text)
    if (positions.length !== owners.length) finding(`${positions.length} positions for ${owners.length} owners`)
    for (const [index, position] of positions.entries()) {
      if (position.status !== 'ok') continue
      const { owner, rule } = position.value
      if (!isSame(owner, owners[index])) finding(`position ${index} is ${owner}'s, not ${owners[index]}'s`)
      if (!Object.hasOwn(rules, rule)) finding(`a position names the rule "${rule}", which the adapter does not have`)
      for (const text of legFindings(position.value, new Set(assets.map(({ address }) => address.toLowerCase())))) {
        finding(text)
      }
    }
  },
}

/** No clock that counts seconds is there yet: one that counts milliseconds is. */
const FAR_FUTURE = 10n ** 11n

function reserveFindings(reserve: Reserve): readonly string[] {
  const { asset, oracle, liquidationThreshold, loanToValue } = reserve
  const quantities = {
    price: reserve.price,
    'supply room': reserve.supplyRoom,
    'borrow room': reserve.borrowRoom,
    'available liquidity': reserve.availableLiquidity,
    'supply rate': reserve.supplyRate,
    'borrow rate': reserve.borrowRate,
  }
  const updatedAt = oracle?.updatedAt
  return [
    ...Object.entries(quantities)
      .filter(([, quantity]) => typeof quantity === 'bigint' && quantity < 0n)
      .map(([name, quantity]) => `the ${name} of ${asset.symbol} is ${quantity}`),
    ...Object.entries({ 'liquidation threshold': liquidationThreshold, 'loan to value': loanToValue })
      .filter(([, ratio]) => ratio < 0n || ratio > Wad.WAD)
      .map(([name, ratio]) => `the ${name} of ${asset.symbol} is ${ratio}, which is no share of one (WAD)`),
    ...(typeof updatedAt === 'bigint' && updatedAt > FAR_FUTURE
      ? [`the price of ${asset.symbol} was updated at ${updatedAt}, which are no seconds`]
      : []),
  ]
}

function legFindings({ collateral, debt, firstSupplies = [] }: PositionFacts, assets: ReadonlySet<string>) {
  const sides: readonly (readonly [string, readonly (CollateralLeg | DebtLeg)[]])[] = [
    ['supplied', collateral],
    ['owed', debt],
    ['a first supply', firstSupplies],
  ]
  return [
    ...sides.flatMap(([name, legs]) => [
      ...repeats(legs.map(({ asset }) => asset.address.toLowerCase())).map((one) => `${one} is ${name} twice`),
      ...legs
        .filter(({ asset }) => !assets.has(asset.address.toLowerCase()))
        .map(({ asset }) => `${asset.symbol} is ${name}, and no reserve`),
      ...legs
        .flatMap((leg) => [leg.amount, leg.price, leg.value])
        .filter((quantity) => typeof quantity !== 'bigint' && issuesOf(quantity).length === 0)
        .map(() => `something ${name} is unknown without a reason`),
      ...legs
        .flatMap((leg) => [leg.amount, leg.price, leg.value])
        .filter((quantity) => typeof quantity === 'bigint' && quantity < 0n)
        .map((quantity) => `something ${name} is ${quantity}`),
    ]),
    ...[...collateral, ...debt]
      .filter(({ amount }) => amount === 0n)
      .map(({ asset }) => `nothing of ${asset.symbol} is a leg`),
    ...firstSupplies
      .filter(({ amount }) => amount !== 0n)
      .map(({ asset }) => `a first supply of ${asset.symbol} is not zero`),
  ]
}

function repeats(list: readonly string[]): readonly string[] {
  return [...new Set(list.filter((one, index) => list.indexOf(one) !== index))]
}

function isSame(a: Address, b: Address | undefined): boolean {
  return a.toLowerCase() === b?.toLowerCase()
}

/** One line without control characters. */
export function isPrintable(text: string): boolean {
  return !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text)
}
