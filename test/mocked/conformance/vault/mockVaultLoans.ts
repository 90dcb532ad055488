// mockVaultLoans.ts
import { type Address, type Asset, MulDiv, Wad } from '@unimargin/sdk'
import {
  decodedCall,
  type MockAmount,
  type MockMarket,
  MockRevert,
  mockAddress,
  mockContract,
  toBaseUnits,
} from '@unimargin/sdk/testing'
import { erc20Abi, erc4626Abi } from 'viem'
import { vaultLoans } from './vaultLoans.ts'
import { poolAbi } from './vaultPool.ts'

/** What the pool and its tokens hold. Each change is a new one. */
type Ledger = {
  readonly chainId: number
  readonly decimals: { readonly shares: number; readonly asset: number }
  /** Which vault the pool lends against: a migration replaces it. */
  readonly vault: string
  /** WAD: assets per share. */
  readonly price: bigint
  readonly loanToValue: bigint
  readonly cash: bigint
  /** By owner, in lower case; base units. */
  readonly shares: ReadonlyMap<string, bigint>
  readonly debts: ReadonlyMap<string, bigint>
  /** Tokens outside of the pool, and allowances for it: `token:owner`, in lower case. */
  readonly tokens: ReadonlyMap<string, bigint>
  readonly allowances: ReadonlyMap<string, bigint>
}

/** How a mocked pool begins. */
export type MockVaultLoansOptions = {
  readonly chainId: number
  readonly shareDecimals?: number
  readonly assetDecimals?: number
  /** Assets per share. */
  readonly price?: MockAmount
  readonly loanToValue?: bigint
  /** Base units of the asset that can be borrowed. */
  readonly cash?: bigint
}

/** The pool's part of the testing kit: the same arithmetic, with the pool's own refusals. */
export function mockVaultLoans(options: MockVaultLoansOptions): MockMarket {
  const { chainId, shareDecimals = 18, assetDecimals = 6, price = '1.1', cash = 10n ** 30n } = options
  return marketOf({
    chainId,
    decimals: { shares: shareDecimals, asset: assetDecimals },
    vault: 'old vault',
    price: toBaseUnits(price, 18),
    loanToValue: options.loanToValue ?? Wad.fromDecimal('0.9'),
    cash,
    shares: new Map(),
    debts: new Map(),
    tokens: new Map(),
    allowances: new Map(),
  })
}

/** The same pool with another vault: what was known of it no longer holds. */
export function migratedVaultLoans(options: MockVaultLoansOptions): MockMarket {
  const { chainId, shareDecimals = 18, assetDecimals = 6 } = options
  const empty = new Map<string, bigint>()
  const ledgers = { shares: empty, debts: empty, tokens: empty, allowances: empty }
  const decimals = { shares: shareDecimals, asset: assetDecimals }
  return marketOf({ chainId, decimals, vault: 'new vault', price: Wad.WAD, loanToValue: Wad.WAD, cash: 0n, ...ledgers })
}

/** The pool that is mocked, for its adapter. */
export function mockPool(chainId: number): Address {
  return mockAddress(`vault loans of ${chainId}`)
}

/** The vault whose shares the mocked pool takes. */
export function mockVault(chainId: number): Address {
  return vaultOf({ vault: 'old vault', chainId })
}

function vaultOf({ vault, chainId }: Pick<Ledger, 'vault' | 'chainId'>): Address {
  return mockAddress(`${vault} of ${chainId}`)
}

function marketOf(ledger: Ledger): MockMarket {
  const { chainId, decimals, price, loanToValue } = ledger
  const pool = mockPool(chainId)
  const { market } = vaultLoans({ chainId, pool })
  const vaults = ['old vault', 'new vault'].map((name) => mockAddress(`${name} of ${chainId}`))
  const shares: Asset = { chainId, address: vaultOf(ledger), symbol: 'vUSD', decimals: decimals.shares }
  const asset: Asset = { chainId, address: mockAddress(`asset of ${chainId}`), symbol: 'USD', decimals: decimals.asset }
  const keyOf = (...parts: readonly string[]) => parts.join(':').toLowerCase()
  const of = (map: ReadonlyMap<string, bigint>, ...parts: readonly string[]) => map.get(keyOf(...parts)) ?? 0n
  const unitOf = (token: Asset) => 10n ** BigInt(token.decimals)

  /** What the vault pays for a whole share: no finer than the asset's base unit, and the pool counts with that. */
  const perShare = MulDiv.down(price, unitOf(asset), Wad.WAD)
  const rate = MulDiv.down(perShare, Wad.WAD, unitOf(asset))
  const weighted = (held: bigint) => Wad.mulDown(MulDiv.down(held, rate, unitOf(shares)), loanToValue)
  const owing = (debt: bigint) => MulDiv.up(debt, Wad.WAD, unitOf(asset))
  const healthOf = (owner: string) => {
    const debt = owing(of(ledger.debts, owner))
    return debt === 0n ? 2n ** 256n - 1n : Wad.divDown(weighted(of(ledger.shares, owner)), debt)
  }

  const changed = (changes: Partial<Ledger>) => marketOf({ ...ledger, ...changes })
  const credited = (map: ReadonlyMap<string, bigint>, key: string, amount: bigint) => {
    const left = (map.get(key) ?? 0n) + amount
    if (left < 0n) throw MockRevert.because('not enough')
    return new Map(map).set(key, left)
  }
  /** Takes tokens that the pool may take. */
  const paid = (token: Asset, from: Address, amount: bigint) => ({
    tokens: credited(ledger.tokens, keyOf(token.address, from), -amount),
    allowances: credited(ledger.allowances, keyOf(token.address, from), -amount),
  })
  const healthy = (owner: Address, held: bigint, debt: bigint) => {
    if (owing(debt) > weighted(held)) throw MockRevert.because(`${owner} would be liquidatable`)
  }
  const withHeld = (owner: Address, change: bigint) => {
    const held = credited(ledger.shares, keyOf(owner), change)
    const debt = of(ledger.debts, owner)
    if (change < 0n && debt > 0n) healthy(owner, of(held, owner), debt)
    return { shares: held }
  }
  const withDebt = (owner: Address, change: bigint) => {
    const debts = credited(ledger.debts, keyOf(owner), change)
    if (change > 0n) healthy(owner, of(ledger.shares, owner), of(debts, owner))
    if (ledger.cash - change < 0n) throw MockRevert.because('no cash')
    return { debts, cash: ledger.cash - change }
  }
  const received = (token: Asset, holder: Address, amount: bigint) => ({
    tokens: credited(ledger.tokens, keyOf(token.address, holder), amount),
  })

  const tokenFunctions = (token: Asset) => ({
    symbol: () => token.symbol,
    decimals: () => token.decimals,
    balanceOf: ([holder]: readonly [Address]) =>
      token === asset && keyOf(holder) === keyOf(pool) ? ledger.cash : of(ledger.tokens, token.address, holder),
  })
  const vault = mockContract([...erc20Abi, ...erc4626Abi], {
    ...tokenFunctions(shares),
    asset: () => asset.address,
    convertToAssets: ([held]) => MulDiv.down(held, perShare, unitOf(shares)),
  })
  const contracts = {
    [pool]: mockContract(poolAbi, {
      vault: () => shares.address,
      loanToValue: () => loanToValue,
      sharesOf: ([owner]) => of(ledger.shares, owner),
      debtOf: ([owner]) => of(ledger.debts, owner),
      healthOf: ([owner]) => healthOf(owner),
    }),
    ...Object.fromEntries(vaults.map((address) => [address, vault])),
    [asset.address]: mockContract(erc20Abi, tokenFunctions(asset)),
  }
  return {
    key: market.key,
    market,
    assets: [shares, asset],
    contracts: () => contracts,
    execute: ({ to, from, data }) => {
      const token = [shares, asset].find(({ address }) => keyOf(address) === keyOf(to))
      if (token !== undefined) {
        const call = decodedCall(erc20Abi, data)
        if (call?.functionName !== 'approve') return undefined
        const key = keyOf(token.address, from)
        return { parts: [changed({ allowances: new Map(ledger.allowances).set(key, call.args[1]) })] }
      }
      const call = decodedCall(poolAbi, data)
      switch (call?.functionName) {
        case 'deposit':
          return { parts: [changed({ ...paid(shares, from, call.args[0]), ...withHeld(call.args[1], call.args[0]) })] }
        case 'withdraw':
          return { parts: [changed({ ...received(shares, from, call.args[0]), ...withHeld(from, -call.args[0]) })] }
        case 'borrow':
          return { parts: [changed({ ...received(asset, from, call.args[0]), ...withDebt(from, call.args[0]) })] }
        case 'repay':
          return { parts: [changed({ ...paid(asset, from, call.args[0]), ...withDebt(call.args[1], -call.args[0]) })] }
        default:
          return undefined
      }
    },
    withPrice: (_, next) => changed({ price: toBaseUnits(next, 18) }),
    withPosition: ({ owner, supply = {}, borrow = {} }) =>
      changed({
        shares: new Map(ledger.shares).set(keyOf(owner), toBaseUnits(supply[shares.symbol] ?? 0n, shares.decimals)),
        debts: new Map(ledger.debts).set(keyOf(owner), toBaseUnits(borrow[asset.symbol] ?? 0n, asset.decimals)),
      }),
    suppliedOf: (owner, token) => (token === shares.address ? of(ledger.shares, owner) : 0n),
    withSupply: (owner, _, amount) => changed(withHeld(owner, amount)),
    withWithdrawal: (owner, _, amount) => changed(withHeld(owner, -amount)),
    withTokens: (holder, address, amount) =>
      changed({ tokens: credited(ledger.tokens, keyOf(address, holder), amount) }),
    healthOf,
  }
}
