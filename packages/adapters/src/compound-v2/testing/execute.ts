import type { Address } from '@unimargin/sdk'
import { decodedCall, type MockBlock, MockRevert, type MockTransaction } from '@unimargin/sdk/testing'
import { isAddressEqual, maxUint256, parseAbi } from 'viem'
import { actionsAbi, coinTokenAbi, membershipAbi } from '../actionsAbi.ts'
import * as Actions from './Actions.ts'
import { accrue, findToken, keyOf, type Ledger, owedOf } from './Ledger.ts'
import * as MockToken from './MockToken.ts'

const assetAbi = parseAbi(['function approve(address spender, uint256 amount) returns (bool)'])
const liquidationAbi = parseAbi([
  'function liquidateBorrow(address borrower, uint256 amount, address collateral) returns (uint256)',
])
const refusals = parseAbi(['error DelegateNotApproved()', 'error DelegationStatusUnchanged()'])

/** Runs a wallet's own transaction: to the Comptroller, to a token or to an asset; `undefined` where it changes nothing. */
export function execute(ledger: Ledger, transaction: MockTransaction, at: MockBlock): Ledger | undefined {
  const { to } = transaction
  if (isAddressEqual(to, ledger.comptroller)) return toComptroller(ledger, transaction)
  const token = findToken(ledger, to)
  if (token === undefined) return undefined
  if (isAddressEqual(to, token.asset)) return toAsset(ledger, token.asset, transaction)
  const slot = MockToken.slotOf(ledger.flavour, at)
  const fresh = accrue(ledger, token, slot)
  const liquidation = decodedCall(liquidationAbi, transaction.data)
  if (liquidation !== undefined) {
    const [owner, amount, collateral] = liquidation.args
    const both = accrue(fresh, mustFind(fresh, collateral), slot)
    const paid = pay(both, mustFind(both, to), transaction.from, amount)
    return Actions.liquidate(paid, transaction.from, owner, mustFind(paid, to), mustFind(paid, collateral), amount)
  }
  return toToken(fresh, findToken(fresh, to) ?? token, transaction)
}

function toComptroller(ledger: Ledger, { from, data }: MockTransaction): Ledger | undefined {
  const call = decodedCall(membershipAbi, data)
  switch (call?.functionName) {
    case 'enterMarkets':
      return call.args[0].reduce((next, token) => Actions.enter(next, from, mustFind(next, token)), ledger)
    case 'exitMarket':
      return Actions.exit(ledger, from, mustFind(ledger, call.args[0]))
    case 'updateDelegate': {
      const [delegate, isAllowed] = call.args
      const key = keyOf(from, delegate)
      if (ledger.delegates.has(key) === isAllowed) throw MockRevert.error(refusals, 'DelegationStatusUnchanged')
      const delegates = new Set(ledger.delegates)
      if (isAllowed) delegates.add(key)
      else delegates.delete(key)
      return { ...ledger, delegates }
    }
    default:
      return undefined
  }
}

function toToken(
  ledger: Ledger,
  token: MockToken.MockToken,
  { from, data, value }: MockTransaction,
): Ledger | undefined {
  if (token.options.isCoin) {
    const sent = decodedCall(coinTokenAbi, data)
    if (sent?.functionName === 'mint') return Actions.supply(ledger, from, token, value)
    if (sent !== undefined) {
      const owner = sent.functionName === 'repayBorrowBehalf' ? sent.args[0] : from
      return Actions.repay(ledger, owner, token, value).ledger
    }
  }
  const call = decodedCall(actionsAbi, data)
  switch (call?.functionName) {
    case 'mint':
      return Actions.supply(pay(ledger, token, from, call.args[0]), from, token, call.args[0])
    case 'mintBehalf':
      return Actions.supply(pay(ledger, token, from, call.args[1]), call.args[0], token, call.args[1])
    case 'redeem':
      return Actions.redeem(ledger, from, token, call.args[0])
    case 'redeemUnderlying':
      return Actions.withdraw(ledger, from, token, call.args[0])
    case 'borrow':
      return Actions.borrow(ledger, from, token, call.args[0])
    case 'redeemBehalf':
      return handedOn(ledger, call.args[0], from, token, (owner) => Actions.redeem(ledger, owner, token, call.args[1]))
    case 'redeemUnderlyingBehalf':
      return handedOn(ledger, call.args[0], from, token, (owner) =>
        Actions.withdraw(ledger, owner, token, call.args[1]),
      )
    case 'borrowBehalf':
      return handedOn(ledger, call.args[0], from, token, (owner) => Actions.borrow(ledger, owner, token, call.args[1]))
    case 'repayBorrow':
      return repaid(ledger, token, from, from, call.args[0])
    case 'repayBorrowBehalf':
      return repaid(ledger, token, from, call.args[0], call.args[1])
    default:
      return undefined
  }
}

/** A delegate acts for an owner, and gets what is paid out. */
function handedOn(
  ledger: Ledger,
  owner: Address,
  delegate: Address,
  { asset }: MockToken.MockToken,
  act: (owner: Address) => Ledger,
): Ledger {
  if (!ledger.delegates.has(keyOf(owner, delegate))) throw MockRevert.error(refusals, 'DelegateNotApproved')
  const after = act(owner)
  const paid = (after.holdings.get(keyOf(asset, owner)) ?? 0n) - (ledger.holdings.get(keyOf(asset, owner)) ?? 0n)
  return Actions.withHolding(Actions.withHolding(after, asset, owner, -paid), asset, delegate, paid)
}

function repaid(ledger: Ledger, token: MockToken.MockToken, from: Address, owner: Address, amount: bigint): Ledger {
  const owed = owedOf(ledger, owner, token)
  return Actions.repay(pay(ledger, token, from, amount < owed ? amount : owed), owner, token, amount).ledger
}

function toAsset(ledger: Ledger, asset: Address, { from, data }: MockTransaction): Ledger | undefined {
  const call = decodedCall(assetAbi, data)
  if (call === undefined) return undefined
  return allow(ledger, asset, from, call.args[0], call.args[1])
}

/** Takes a wallet's assets, as far as the token may. */
function pay(ledger: Ledger, { asset, token }: MockToken.MockToken, from: Address, amount: bigint): Ledger {
  const allowed = ledger.allowances.get(keyOf(asset, from, token)) ?? 0n
  if (allowed < amount) throw MockRevert.because('ERC20: insufficient allowance')
  const left = allowed === maxUint256 ? allowed : allowed - amount
  return allow(Actions.withHolding(ledger, asset, from, -amount), asset, from, token, left)
}

function allow(ledger: Ledger, asset: Address, owner: Address, spender: Address, amount: bigint): Ledger {
  return { ...ledger, allowances: new Map(ledger.allowances).set(keyOf(asset, owner, spender), amount) }
}

function mustFind(ledger: Ledger, token: Address): MockToken.MockToken {
  const found = findToken(ledger, token)
  if (found === undefined) throw new MockRevert()
  return found
}
