import type { Address, Hex } from '@unimargin/sdk'
import {
  decodedCall,
  type MockBlock,
  type MockLog,
  MockRevert,
  type MockTransaction,
  mockLog,
} from '@unimargin/sdk/testing'
import { erc20Abi, isAddressEqual, numberToHex, parseAbi } from 'viem'
import * as Actions from './Actions.ts'
import { type CometLedger, keyOf } from './Ledger.ts'
import { refusal } from './refusal.ts'

/** What a transaction made of a mocked Comet. */
export type Executed = { readonly ledger: CometLedger; readonly logs: readonly MockLog[]; readonly returnData: Hex }

const cometAbi = parseAbi([
  'function supply(address asset, uint256 amount)',
  'function supplyTo(address dst, address asset, uint256 amount)',
  'function withdraw(address asset, uint256 amount)',
  'function withdrawTo(address to, address asset, uint256 amount)',
  'function withdrawFrom(address src, address to, address asset, uint256 amount)',
  'function allow(address manager, bool isAllowed)',
  'function accrueAccount(address account)',
  'function absorb(address absorber, address[] accounts)',
])
const approveAbi = parseAbi(['function approve(address spender, uint256 amount) returns (bool)'])
const MAX = 2n ** 256n - 1n

/** Runs a wallet's own transaction: to Comet, or to one of its tokens; `undefined` where it changes nothing. */
export function execute(ledger: CometLedger, transaction: MockTransaction, at: MockBlock): Executed | undefined {
  const { from, to, data } = transaction
  if (isAddressEqual(to, ledger.comet)) {
    const after = toComet(ledger, from, data, at.timestamp)
    return after === undefined ? undefined : { ledger: after, logs: [], returnData: '0x' }
  }
  const isToken = [ledger.base, ...ledger.collaterals].some(({ asset }) => isAddressEqual(asset, to))
  const call = isToken ? decodedCall(approveAbi, data) : undefined
  if (call === undefined) return undefined
  const [spender, value] = call.args
  const logs = [mockLog(to, erc20Abi, 'Approval', { owner: from, spender, value })]
  return { ledger: allowing(ledger, to, from, spender, value), logs, returnData: numberToHex(1, { size: 32 }) }
}

function toComet(ledger: CometLedger, from: Address, data: Hex, time: bigint): CometLedger | undefined {
  const call = decodedCall(cometAbi, data)
  if (call === undefined) return undefined
  switch (call.functionName) {
    case 'supply':
      return supplied(ledger, time, from, from, ...call.args)
    case 'supplyTo': {
      const [owner, asset, amount] = call.args
      return supplied(ledger, time, from, owner, asset, amount)
    }
    case 'withdraw':
      return withdrawn(ledger, time, from, from, ...call.args)
    case 'withdrawTo': {
      const [to, asset, amount] = call.args
      return withdrawn(ledger, time, from, to, asset, amount)
    }
    case 'withdrawFrom': {
      const [owner, to, asset, amount] = call.args
      const mayAct = isAddressEqual(owner, from) || ledger.managers.has(keyOf(owner, from))
      if (!mayAct) throw refusal('Unauthorized')
      return withdrawn(ledger, time, owner, to, asset, amount)
    }
    case 'allow': {
      const [manager, isAllowed] = call.args
      const managers = new Set(ledger.managers)
      if (isAllowed) managers.add(keyOf(from, manager))
      else managers.delete(keyOf(from, manager))
      return { ...ledger, managers }
    }
    case 'accrueAccount':
      return Actions.accrued(ledger, time)
    case 'absorb':
      return Actions.absorb(ledger, time, call.args[1])
  }
}

function supplied(ledger: CometLedger, time: bigint, from: Address, owner: Address, asset: Address, amount: bigint) {
  const moved = Actions.supply(ledger, time, owner, asset, amount)
  const allowed = ledger.allowances.get(keyOf(asset, from, ledger.comet)) ?? 0n
  if (allowed < moved.amount) throw MockRevert.because('ERC20: transfer amount exceeds allowance')
  const paid = Actions.withTokens(moved.ledger, from, asset, -moved.amount)
  return allowing(paid, asset, from, ledger.comet, allowed === MAX ? MAX : allowed - moved.amount)
}

function withdrawn(ledger: CometLedger, time: bigint, owner: Address, to: Address, asset: Address, amount: bigint) {
  const moved = Actions.withdraw(ledger, time, owner, asset, amount)
  return Actions.withTokens(moved.ledger, to, asset, moved.amount)
}

function allowing(ledger: CometLedger, token: Address, owner: Address, spender: Address, amount: bigint): CometLedger {
  return { ...ledger, allowances: new Map(ledger.allowances).set(keyOf(token, owner, spender), amount) }
}
