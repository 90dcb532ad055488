import type { Address } from '@unimargin/sdk'
import {
  decodedCall,
  type MockBlock,
  type MockLog,
  MockRevert,
  type MockTransaction,
  mockLog,
} from '@unimargin/sdk/testing'
import { encodeAbiParameters, erc20Abi, type Hex, isAddressEqual, keccak256, numberToHex } from 'viem'
import { marketParams } from '../abi.ts'
import { actionsAbi } from '../actionsAbi.ts'
import * as Actions from './Actions.ts'
import { accruedAt, keyOf, type Ledger, withTokens } from './Ledger.ts'

/** What a transaction made of a mocked market. */
export type Executed = { readonly ledger: Ledger; readonly logs: readonly MockLog[]; readonly returnData: Hex }

const TRUE = numberToHex(1, { size: 32 })

/** Runs a wallet's own transaction: to Morpho, or to one of the tokens; `undefined` where it changes nothing here. */
export function execute(ledger: Ledger, transaction: MockTransaction, at: MockBlock): Executed | undefined {
  const { to, from, data } = transaction
  if (isAddressEqual(to, ledger.morpho)) return toMorpho(ledger, transaction, at)
  if (![ledger.loan, ledger.collateral].some(({ address }) => isAddressEqual(address, to))) return undefined
  const call = decodedCall(erc20Abi, data)
  if (call?.functionName !== 'approve') return undefined
  const [spender, value] = call.args
  const allowances = new Map(ledger.allowances).set(keyOf(to, from, spender), value)
  const logs = [mockLog(to, erc20Abi, 'Approval', { owner: from, spender, value })]
  return { ledger: { ...ledger, allowances }, logs, returnData: TRUE }
}

function toMorpho(before: Ledger, { from, data }: MockTransaction, at: MockBlock): Executed | undefined {
  const call = decodedCall(actionsAbi, data)
  if (call === undefined) return undefined
  if (call.functionName === 'setAuthorization') {
    const [authorized, isAuthorized] = call.args
    const key = keyOf(from, authorized)
    if (before.operators.has(key) === isAuthorized) throw MockRevert.because('already set')
    const operators = new Set(before.operators)
    if (isAuthorized) operators.add(key)
    else operators.delete(key)
    return done({ ...before, operators })
  }
  const [params] = call.args
  const values = [params.loanToken, params.collateralToken, params.oracle, params.irm, params.lltv] as const
  // Another market of the same Morpho, or none.
  if (keccak256(encodeAbiParameters(marketParams, values)) !== before.marketId) return undefined
  const { loan, collateral } = before
  const ledger = accruedAt(before, at.timestamp)
  switch (call.functionName) {
    case 'supply': {
      const [, assets, , owner] = call.args
      return done(Actions.pay(Actions.supply(ledger, owner, assets), from, loan.address, assets))
    }
    case 'repay': {
      const [, assets, shares, owner] = call.args
      const { ledger: repaid, paid } = Actions.repay(ledger, owner, { assets, shares })
      return done(Actions.pay(repaid, from, loan.address, paid))
    }
    case 'withdraw': {
      const [, assets, shares, owner, receiver] = call.args
      assertMay(ledger, owner, from)
      const { ledger: left, paid } = Actions.withdraw(ledger, owner, { assets, shares })
      return done(withTokens(left, receiver, loan.address, paid))
    }
    case 'borrow': {
      const [, assets, , owner, receiver] = call.args
      assertMay(ledger, owner, from)
      return done(withTokens(Actions.borrow(ledger, owner, assets), receiver, loan.address, assets))
    }
    case 'supplyCollateral': {
      const [, assets, owner] = call.args
      // The only one that accrues nothing.
      return done(Actions.pay(Actions.supplyCollateral(before, owner, assets), from, collateral.address, assets))
    }
    case 'withdrawCollateral': {
      const [, assets, owner, receiver] = call.args
      assertMay(ledger, owner, from)
      return done(withTokens(Actions.withdrawCollateral(ledger, owner, assets), receiver, collateral.address, assets))
    }
  }
}

function assertMay({ operators }: Ledger, owner: Address, sender: Address): void {
  if (isAddressEqual(owner, sender) || operators.has(keyOf(owner, sender))) return
  throw MockRevert.because('unauthorized')
}

function done(ledger: Ledger): Executed {
  return { ledger, logs: [], returnData: '0x' }
}
