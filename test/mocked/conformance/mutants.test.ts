import { type AdapterCheck, adapterChecks, type ConformanceFixture, runCheck } from '@unimargin/adapters/conformance'
import {
  type Address,
  type CollateralLeg,
  type Flag,
  type Lending,
  type LiquidationRule,
  type MarketReading,
  type PositionFacts,
  type ProtocolAdapter,
  Read,
  type ReadResult,
  type Reserve,
  unknown,
  Wad,
} from '@unimargin/sdk'
import { encodeAbiParameters, erc20Abi } from 'viem'
import { describe, expect, test } from 'vitest'
import { mockPool, mockVault } from './vault/mockVaultLoans.ts'
import { chainId, fixture } from './vault/vaultFixture.ts'
import { vaultLoans } from './vault/vaultLoans.ts'
import { vaultRule } from './vault/vaultPool.ts'

// Each check is shown adapters that are broken in just one way: a check that catches none of them would show nothing.

const pool = mockPool(chainId)
const sound = vaultLoans({ chainId, pool })

/** An adapter of which only this is different. */
function broken(changes: Partial<ProtocolAdapter>): ProtocolAdapter {
  const adapter: ProtocolAdapter = sound
  return { ...adapter, ...changes }
}

/** An adapter that understands its readings in another way. */
function reading(change: (reading: MarketReading) => MarketReading): ProtocolAdapter {
  const adapter: ProtocolAdapter = sound
  return broken({ state: (metadata, owners) => Read.map(adapter.state(metadata, owners), change) })
}

/** An adapter that gets other answers than the chain gave. */
function answering(
  change: (result: ReadResult<`0x${string}`>, index: number) => ReadResult<`0x${string}`>,
): ProtocolAdapter {
  const adapter: ProtocolAdapter = sound
  return broken({
    state: (metadata, owners) => {
      const { calls, decode } = adapter.state(metadata, owners)
      return { calls, decode: (results) => decode(results.map(change)) }
    },
  })
}

function positions(change: (facts: PositionFacts, all: MarketReading) => PositionFacts): ProtocolAdapter {
  return reading((all) => ({
    ...all,
    positions: all.positions.map((one) => (one.status === 'ok' ? { ...one, value: change(one.value, all) } : one)),
  }))
}

function collateral(change: (leg: CollateralLeg) => CollateralLeg): ProtocolAdapter {
  return positions((facts) => ({ ...facts, collateral: facts.collateral.map(change) }))
}

function reserves(change: (reserve: Reserve) => Reserve): ProtocolAdapter {
  return reading((all) => ({ ...all, state: { ...all.state, reserves: all.state.reserves.map(change) } }))
}

function flagged(change: Partial<Flag>): ProtocolAdapter {
  const { key, chainId } = sound.market
  const flag: Flag = { kind: 'protocol-behind', chainId, market: key, path: 'market', reason: 'it is', ...change }
  return positions((facts) => ({ ...facts, flags: [flag] }))
}

/** In a unit with a price of zero. */
function worthless<counted extends Pick<PositionFacts, 'unit'>>(counted: counted): counted {
  return { ...counted, unit: { symbol: 'USD', ...counted.unit, price: 0n } }
}

function rule(other: LiquidationRule): ProtocolAdapter {
  return broken({ rules: { [vaultRule.key]: other } })
}

function assessing(change: (factor: bigint) => bigint): ProtocolAdapter {
  return rule({
    ...vaultRule,
    assess: (legs) => {
      const assessed = vaultRule.assess(legs)
      const { health } = assessed
      return health.status === 'known'
        ? { ...assessed, health: { ...health, factor: change(health.factor) } }
        : assessed
    },
  })
}

function lending(change: (lending: Lending) => Partial<Lending>): ProtocolAdapter {
  return broken({ lending: { ...sound.lending, ...change(sound.lending) } })
}

/** A limit that is off by so much. */
function offBy(action: keyof Lending['limits'], units: bigint): ProtocolAdapter {
  return lending(({ limits }) => ({
    limits: {
      ...limits,
      [action]: (where: Parameters<Lending['limits']['withdraw']>[0]) => {
        const limit = limits[action](where)
        return typeof limit.amount === 'bigint' && limit.amount > 0n
          ? { ...limit, amount: limit.amount + units }
          : limit
      },
    },
  }))
}

const isUnknown = (quantity: unknown) => typeof quantity !== 'bigint'
const WORD = 64

/** A decoder that takes whatever comes for a number. */
function lenient(result: ReadResult<`0x${string}`>): ReadResult<`0x${string}`> {
  if (result.status !== 'ok') return result
  const digits = result.value.slice(2, 2 + WORD).padEnd(WORD, '0')
  return { status: 'ok', value: `0x${digits}` }
}

type Mutant = readonly [what: string, check: string, says: RegExp, adapter: ProtocolAdapter]

const mutants: readonly Mutant[] = [
  ['a key of its own kind', 'identity', /key is/, broken({ market: { ...sound.market, key: 'vaults' } })],
  ['no lending', 'identity', /no `lending`/, broken({ lending: undefined })],
  [
    'a rule under another name',
    'identity',
    /filed under/,
    broken({ rules: { other: vaultRule, [vaultRule.key]: vaultRule } }),
  ],
  ['a time to live of zero', 'identity', /time to live/, broken({ metadata: { ...sound.metadata, ttl: 0 } })],
  ["somebody else's position", 'identity', /not 0x/, positions((facts) => ({ ...facts, owner: pool }))],
  [
    'a reserve twice',
    'identity',
    /more than one reserve/,
    reading((all) => ({ ...all, state: { ...all.state, reserves: [...all.state.reserves, ...all.state.reserves] } })),
  ],
  ['legs of nothing', 'identity', /nothing of vUSD is a leg/, collateral((leg) => ({ ...leg, amount: 0n }))],
  ['unknown without a reason', 'identity', /without a reason/, collateral((leg) => ({ ...leg, price: unknown() }))],
  [
    'a second step where something is missing',
    'one step',
    /second step/,
    broken({
      state: (metadata, owners) => {
        const adapter: ProtocolAdapter = sound
        return Read.andThen(adapter.state(metadata, owners), (all) =>
          all.state.reserves.some(({ price }) => isUnknown(price))
            ? Read.map(Read.call({ to: pool, abi: erc20Abi, functionName: 'totalSupply' }), () => all)
            : Read.succeed(all),
        )
      },
    }),
  ],
  [
    'more calls with each owner',
    'one step',
    /calls more each/,
    broken({
      state: (metadata, owners) => {
        const adapter: ProtocolAdapter = sound
        const again = owners.map(() => Read.all(owners.map((owner) => Read.settle(balanceOf(owner)))))
        return Read.map(Read.all([adapter.state(metadata, owners), Read.all(again)]), ([all]) => all)
      },
    }),
  ],
  ['a room below zero', 'identity', /supply room of vUSD is -1/, reserves((one) => ({ ...one, supplyRoom: -1n }))],
  [
    'a threshold in basis points',
    'identity',
    /no share of one/,
    reserves((one) => ({ ...one, liquidationThreshold: 8_250n * Wad.WAD })),
  ],
  [
    'a feed that counts milliseconds',
    'identity',
    /are no seconds/,
    reserves((one) => ({
      ...one,
      oracle: { source: one.asset.address, updatedAt: 1_750_000_000_000n, heartbeat: 3_600n },
    })),
  ],
  [
    'collateral that is called idle',
    'identity',
    /something of it is collateral/,
    {
      ...positions((facts) => ({ ...facts, debt: [] })),
      market: { ...sound.market, holdsIdle: true },
      lending: undefined,
    },
  ],
  ['a clock', 'pure', /uses Date/, reading((all) => (Date.now() > 0 ? all : { ...all, positions: [] }))],
  ['chance', 'pure', /uses Math.random/, assessing((factor) => factor + BigInt(Math.floor(Math.random() * 2)))],
  [
    'a network',
    'pure',
    /uses fetch/,
    reading((all) => (typeof fetch === 'function' ? all : { ...all, positions: [] })),
  ],
  [
    'a new value for the same answers',
    'pure',
    /gives a new value/,
    broken({
      state: (metadata, owners) => {
        const adapter: ProtocolAdapter = sound
        const { calls } = adapter.state(metadata, owners)
        return { calls, decode: (results) => adapter.state(metadata, owners).decode(results) }
      },
    }),
  ],
  [
    'writes into what it is given',
    'pure',
    /throws/,
    broken({
      state: (metadata, owners) => {
        const adapter: ProtocolAdapter = sound
        Object.assign(owners, { length: owners.length })
        return adapter.state(metadata, owners)
      },
    }),
  ],
  ['a memory', 'pure', /from the same answers|asked twice/, counting()],
  [
    'owners in an order of its own',
    'order',
    /positions/,
    broken({ state: (metadata, owners) => (sound as ProtocolAdapter).state(metadata, [...owners].sort()) }),
  ],
  [
    'a health of the first leg',
    'order',
    /another order|threshold/,
    withTwoLegs(({ collateral, debt }) => vaultRule.assess({ collateral: collateral.slice(0, 1), debt })),
  ],
  ['a date among its details', 'plain values', /no plain value/, details({ at: new Date(0) })],
  ['a list among its details', 'plain values', /not flat/, details({ list: [1n] })],
  ['lines in a reason', 'messages', /not printable/, reasoned((reason) => `${reason}\nand more`)],
  ['an empty reason', 'messages', /not printable/, reasoned(() => '')],
  ['a flag of another market', 'messages', /names another market/, flagged({ market: 'vault-loans:1:0x' })],
  ['a flag of another chain', 'messages', /names another market/, flagged({ chainId: 1 })],
  ["an oracle's own words in a flag", 'messages', /no printable reason/, flagged({ reason: 'ETH\u001b[2J' })],
  ['a flag that says nowhere where', 'messages', /no printable path/, flagged({ path: '' })],
  ['whatever a node says for a number', 'malformed answers', /not as good as no answer/, answering(lenient)],
  [
    'a decoder that throws',
    'malformed answers',
    /it throws/,
    answering((result) => {
      if (result.status === 'ok' && result.value.length % 2 ** 6 !== 2) throw new TypeError('odd')
      return result
    }),
  ],
  [
    'zero for what is unknown',
    'unknown',
    /gone|0 /,
    positions((facts) => ({ ...facts, debt: facts.debt.filter(({ amount }) => !isUnknown(amount)) })),
  ],
  [
    'a price that stands in for an unknown one',
    'unknown',
    /price/,
    collateral((leg) => (isUnknown(leg.price) ? { ...leg, price: Wad.WAD, value: leg.amount } : leg)),
  ],
  [
    'one owner who takes down all',
    'unknown',
    /alone/,
    broken({
      state: (metadata, owners) =>
        Read.andThen((sound as ProtocolAdapter).state(metadata, owners), (all) =>
          all.positions.some((one) => one.status === 'ok' && one.value.debt.some(({ amount }) => isUnknown(amount)))
            ? Read.fail({ status: 'unavailable', reason: 'something is missing' })
            : Read.succeed(all),
        ),
    }),
  ],
  ['the answers of last time for those that are missing', 'unknown', /stands in/, remembering()],
  [
    'a limit that takes unknown for nothing',
    'unknown',
    /the limit of/,
    lending(({ limits }) => ({
      limits: {
        ...limits,
        borrow: (where) => {
          const limit = limits.borrow(where)
          return isUnknown(limit.amount) ? { amount: 7n, by: ['health'] } : limit
        },
      },
    })),
  ],
  [
    'yesterday’s vault',
    'stale metadata',
    /goes on with stale metadata/,
    answering((result, index) =>
      index === 0 && result.status === 'ok'
        ? { status: 'ok', value: encodeAbiParameters([{ type: 'address' }], [mockVault(chainId)]) }
        : result,
    ),
  ],
  [
    'positions that do not say what they count in',
    'units',
    /counts in USD, but/,
    positions(({ unit: _, ...facts }) => facts),
  ],
  [
    'a unit that is worth nothing',
    'units',
    /say unknown/,
    reading((all) => ({
      state: worthless(all.state),
      positions: all.positions.map((one) => (one.status === 'ok' ? { ...one, value: worthless(one.value) } : one)),
    })),
  ],
  [
    'a price with 8 decimals',
    'units',
    /at a price of/,
    reading((all) => ({
      ...all,
      state: {
        ...all.state,
        reserves: all.state.reserves.map((one) =>
          typeof one.price === 'bigint' ? { ...one, price: one.price / 10n ** 10n } : one,
        ),
      },
    })),
  ],
  [
    '18 decimals for every token',
    'units',
    /tokens of 0 decimals/,
    rule({ ...vaultRule, valueOf: (leg) => vaultRule.valueOf({ ...leg, decimals: 18 }) }),
  ],
  [
    'collateral that is rounded up',
    'rounding',
    /more than they are/,
    rule({ ...vaultRule, valueOf: (leg) => vaultRule.valueOf({ ...leg, side: 'debt' }) }),
  ],
  [
    'debt that weighs less than collateral',
    'rounding',
    /weighs less/,
    rule({ ...vaultRule, valueOf: (leg) => vaultRule.valueOf(leg) - (leg.side === 'debt' ? 2n : 0n) }),
  ],
  [
    'a value of its own',
    'rounding',
    /has the value/,
    collateral((leg) => (typeof leg.value === 'bigint' ? { ...leg, value: leg.value + 1n } : leg)),
  ],
  ['a health that falls with wealth', 'monotonic', /below/, assessing((factor) => 10n ** 60n - factor)],
  [
    'a promise that it does not keep',
    'monotonic',
    /promised/,
    rule({ ...vaultRule, healthAtLeast: () => ({ status: 'known', factor: 10n ** 60n }) }),
  ],
  ['a health that is off by one', 'health', /the protocol says/, assessing((factor) => factor + 1n)],
  [
    'a health of what was, not of what would be',
    'what-if by price',
    /prediction/,
    rule({
      ...vaultRule,
      assess: (legs) =>
        vaultRule.assess({
          ...legs,
          collateral: legs.collateral.map((leg) => ({
            ...leg,
            amount: leg.value,
            price: Wad.WAD,
            asset: { ...leg.asset, decimals: 18 },
          })),
        }),
    }),
  ],
  ['a withdrawal of one unit too many', 'limits', /is refused/, offBy('withdraw', 1n)],
  ['a withdrawal of one unit too few', 'limits', /one unit more succeeds/, offBy('withdraw', -1n)],
  ['a loan of one unit too many', 'limits', /is refused/, offBy('borrow', 1n)],
  ['a loan of one unit too few', 'limits', /one unit more succeeds/, offBy('borrow', -1n)],
  ['a repayment of one unit too many', 'limits', /is refused/, offBy('repay', 1n)],
  [
    'a limit without a name',
    'limits',
    /nobody says/,
    lending(({ limits }) => ({
      limits: { ...limits, withdraw: (where) => ({ ...limits.withdraw(where), by: [] }) },
    })),
  ],
  [
    'a prediction that is off by one',
    'what-if by amount',
    /prediction/,
    lending(({ after }) => ({ after: (where, change) => after(where, { ...change, amount: change.amount + 1n }) })),
  ],
  [
    'a rate that changes by itself',
    'what-if rates',
    /borrowRate/,
    lending(() => ({ ratesAfter: () => ({ supplyRate: 0n, borrowRate: 1n }) })),
  ],
  ['a call to a stranger', 'calls', /no contract of the market/, calling((call) => ({ ...call, to: STRANGER }))],
  ['a call that sends wei', 'calls', /wei/, calling((call) => ({ ...call, value: 10n ** 40n }))],
  [
    'a withdrawal of all that leaves something',
    'calls',
    /what is left/,
    lending(({ calls }) => ({
      calls: {
        ...calls,
        withdraw: (parameters) =>
          calls.withdraw(parameters.amount === 'all' ? { ...parameters, amount: 1n } : parameters),
      },
    })),
  ],
  [
    'all that is owed as the greatest number',
    'calls',
    /all is refused/,
    lending(({ calls }) => ({
      calls: {
        ...calls,
        repay: (parameters) =>
          calls.repay(parameters.amount === 'all' ? { ...parameters, amount: 2n ** 256n - 1n } : parameters),
      },
    })),
  ],
  [
    'an authorisation that is missing',
    'calls',
    /refused with all its authorisations/,
    lending(({ calls }) => ({
      calls: { ...calls, supply: (parameters) => ({ ...calls.supply(parameters), authorizations: [] }) },
    })),
  ],
  [
    'an authorisation that nobody needs',
    'calls',
    /succeeds without/,
    lending(({ calls }) => ({
      calls: {
        ...calls,
        withdraw: (parameters) => ({
          ...calls.withdraw(parameters),
          authorizations: calls.supply({ ...parameters, amount: 1n }).authorizations,
        }),
      },
    })),
  ],
]

const STRANGER: Address = '0x5757575757575757575757575757575757575757'

describe('adapterChecks', () => {
  test.each(mutants)('behavior: %s is caught by "%s"', async (_, name, says, adapter) => {
    const check = checkNamed(name)
    const { findings } = await runCheck(check, adapter, { ...fixture, worlds: 4 })
    expect(findings.join('\n')).toMatch(says)
    expect(findings.every((finding) => /\(seed \d+\)$/.test(finding))).toBe(true)
  })

  test('default: each check catches at least one of them', () => {
    const caught = new Set(mutants.map(([, check]) => check))
    expect(adapterChecks.map(({ name }) => name).filter((name) => !caught.has(name))).toEqual([])
  })

  test('behavior: a check that could try nothing has shown nothing', async () => {
    const empty: ConformanceFixture = {
      worlds: 1,
      world: async (random) => ({ ...(await fixture.world(random)), changedFacts: [] }),
    }
    const { findings } = await runCheck(checkNamed('stale metadata'), sound, empty)
    expect(findings).toEqual(['nothing could be tried: the fixture needs `changedFacts`'])
  })

  test('behavior: an excuse holds only where the check cannot be made', async () => {
    const excuses = { 'stale metadata': 'nothing of it can change' }
    const without: ConformanceFixture = {
      worlds: 1,
      world: async (random) => ({ ...(await fixture.world(random)), changedFacts: [] }),
      excuses,
    }
    const check = checkNamed('stale metadata')
    expect((await runCheck(check, sound, without)).findings).toEqual([])
    expect((await runCheck(check, sound, { ...fixture, excuses })).findings).toEqual([
      'it is excused (nothing of it can change), but can be checked here',
    ])
  })

  test('error: UnusableWorldError', async () => {
    const lonely: ConformanceFixture = {
      world: async (random) => ({ ...(await fixture.world(random)), owners: [pool] }),
    }
    await expect(runCheck(checkNamed('identity'), sound, lonely)).rejects.toThrow('less than two owners')
  })
})

function checkNamed(name: string): AdapterCheck {
  const [check] = adapterChecks.filter((one) => one.name === name)
  if (check === undefined) throw new TypeError(name)
  return check
}

function balanceOf(owner: Address): Read.Read<bigint> {
  return Read.call({ to: mockVault(chainId), abi: erc20Abi, functionName: 'balanceOf', args: [owner] })
}

/** Its readings differ by how often it was asked. */
function counting(): ProtocolAdapter {
  let asked = 0n
  return positions((facts) => {
    asked += 1n
    return { ...facts, details: { asked } }
  })
}

/** What it once heard it goes on saying. */
function remembering(): ProtocolAdapter {
  const last = new Map<number, ReadResult<`0x${string}`>>()
  return answering((result, index) => {
    if (result.status === 'ok') last.set(index, result)
    return last.get(index) ?? result
  })
}

function details(value: object): ProtocolAdapter {
  // What no type lets pass, but JavaScript does.
  return positions((facts) => Object.assign({ ...facts }, { details: value }))
}

/** Its issues say something else. */
function reasoned(change: (reason: string) => string): ProtocolAdapter {
  return collateral((leg) =>
    typeof leg.amount === 'bigint'
      ? leg
      : { ...leg, amount: unknown(...leg.amount.issues.map((issue) => ({ ...issue, reason: change(issue.reason) }))) },
  )
}

/** Each leg of collateral as two, and a rule that sees only the first. */
function withTwoLegs(assess: LiquidationRule['assess']): ProtocolAdapter {
  const split = positions((facts) => ({
    ...facts,
    collateral: facts.collateral.flatMap((leg) => [leg, { ...leg, isCollateral: false, price: 7n }]),
  }))
  return { ...split, rules: { [vaultRule.key]: { ...vaultRule, assess } } }
}

function calling(
  change: (call: { to: Address; data: `0x${string}`; value: bigint }) => {
    to: Address
    data: `0x${string}`
    value: bigint
  },
): ProtocolAdapter {
  return lending(({ calls }) => ({
    calls: {
      ...calls,
      withdraw: (parameters) => {
        const made = calls.withdraw(parameters)
        return { ...made, call: change(made.call) }
      },
    },
  }))
}
