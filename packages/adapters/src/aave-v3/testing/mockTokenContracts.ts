import type { Address } from '@unimargin/sdk'
import { type MockContract, mockContract } from '@unimargin/sdk/testing'
import { domainSeparator, isAddressEqual, parseAbi } from 'viem'
import {
  borrowedOf,
  keyOf,
  type Ledger,
  liquidityOf,
  scaledTotals,
  suppliedOf,
  tokensOf,
  totalsOf,
  userOf,
} from './Ledger.ts'
import type { MockReserve } from './MockReserve.ts'
import { permitDomain } from './Permit.ts'

const abi = parseAbi([
  'function name() view returns (string)',
  'function symbol() view returns (string)',
  'function decimals() view returns (uint8)',
  'function totalSupply() view returns (uint256)',
  'function balanceOf(address account) view returns (uint256)',
  'function allowance(address owner, address spender) view returns (uint256)',
])
const scaledAbi = parseAbi([
  'function scaledTotalSupply() view returns (uint256)',
  'function scaledBalanceOf(address account) view returns (uint256)',
])
const aTokenAbi = parseAbi([
  'function nonces(address owner) view returns (uint256)',
  'function DOMAIN_SEPARATOR() view returns (bytes32)',
  'function UNDERLYING_ASSET_ADDRESS() view returns (address)',
])
const stableAbi = parseAbi(['function getSupplyData() view returns (uint256, uint256, uint256, uint40)'])

/** The asset, the aToken and the debt tokens of each reserve. */
export function mockTokenContracts(ledger: Ledger): Readonly<Record<Address, MockContract>> {
  return Object.fromEntries(
    ledger.reserves.flatMap((reserve) => [
      [reserve.asset, assetOf(ledger, reserve)],
      [reserve.aToken, aTokenOf(ledger, reserve)],
      [reserve.variableDebtToken, variableDebtTokenOf(ledger, reserve)],
      ...(ledger.version < '3.2' ? [[reserve.stableDebtToken, stableDebtTokenOf(reserve)]] : []),
    ]),
  )
}

function assetOf(ledger: Ledger, reserve: MockReserve): MockContract {
  const { symbol, decimals, asset, aToken } = reserve
  const liquidity = () => liquidityOf(ledger, reserve)
  return mockContract(abi, {
    name: () => symbol,
    symbol: () => symbol,
    decimals: () => decimals,
    totalSupply: liquidity,
    // The pool keeps what it can pay out in the aToken.
    balanceOf: ([account]) => (isAddressEqual(account, aToken) ? liquidity() : tokensOf(ledger, asset, account)),
    allowance: ([owner, spender]) => allowanceOf(ledger, asset, owner, spender),
  })
}

function aTokenOf(ledger: Ledger, reserve: MockReserve): MockContract {
  const { id, symbol, decimals, aToken, aTokenName } = reserve
  const scaledTotal = () => scaledTotals(ledger, reserve).supply
  return mockContract([...abi, ...scaledAbi, ...aTokenAbi], {
    name: () => aTokenName,
    symbol: () => `a${symbol}`,
    decimals: () => decimals,
    totalSupply: () => totalsOf(ledger, reserve).supply,
    scaledTotalSupply: scaledTotal,
    balanceOf: ([account]) => suppliedOf(ledger, account, reserve),
    scaledBalanceOf: ([account]) => userOf(ledger, account).supplied[id] ?? 0n,
    allowance: ([owner, spender]) => allowanceOf(ledger, aToken, owner, spender),
    nonces: ([owner]) => ledger.nonces.get(keyOf(aToken, owner)) ?? 0n,
    DOMAIN_SEPARATOR: () => domainSeparator({ domain: permitDomain(ledger, reserve) }),
    UNDERLYING_ASSET_ADDRESS: () => reserve.asset,
  })
}

function variableDebtTokenOf(ledger: Ledger, reserve: MockReserve): MockContract {
  const { id, symbol, decimals } = reserve
  const scaledTotal = () => scaledTotals(ledger, reserve).debt
  return mockContract([...abi, ...scaledAbi], {
    name: () => `Variable debt ${symbol}`,
    symbol: () => `variableDebt${symbol}`,
    decimals: () => decimals,
    totalSupply: () => totalsOf(ledger, reserve).debt,
    scaledTotalSupply: scaledTotal,
    balanceOf: ([account]) => borrowedOf(ledger, account, reserve),
    scaledBalanceOf: ([account]) => userOf(ledger, account).borrowed[id] ?? 0n,
  })
}

/** Up to 3.1 every reserve has one; nobody borrows at a stable rate here. */
function stableDebtTokenOf({ symbol, decimals }: MockReserve): MockContract {
  return mockContract([...abi, ...stableAbi], {
    name: () => `Stable debt ${symbol}`,
    symbol: () => `stableDebt${symbol}`,
    decimals: () => decimals,
    totalSupply: () => 0n,
    balanceOf: () => 0n,
    getSupplyData: () => [0n, 0n, 0n, 0] as const,
  })
}

function allowanceOf({ allowances }: Ledger, token: Address, owner: Address, spender: Address): bigint {
  return allowances.get(keyOf(token, owner, spender)) ?? 0n
}
