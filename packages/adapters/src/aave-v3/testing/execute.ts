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
import { findReserve, type Ledger, suppliedOf } from './Ledger.ts'
import type { MockReserve } from './MockReserve.ts'
import * as Permit from './Permit.ts'
import { refusal } from './refusal.ts'

/** What a transaction made of a mocked pool. */
export type Executed = { readonly ledger: Ledger; readonly logs: readonly MockLog[]; readonly returnData: Hex }

const poolAbi = parseAbi([
  'function supply(address asset, uint256 amount, address onBehalfOf, uint16 referralCode)',
  'function withdraw(address asset, uint256 amount, address to) returns (uint256)',
  'function borrow(address asset, uint256 amount, uint256 rateMode, uint16 referralCode, address onBehalfOf)',
  'function repay(address asset, uint256 amount, uint256 rateMode, address onBehalfOf) returns (uint256)',
  'function setUserEMode(uint8 categoryId)',
])
const eventAbi = parseAbi([
  'event Supply(address indexed reserve, address user, address indexed onBehalfOf, uint256 amount, uint16 indexed referralCode)',
  'event Withdraw(address indexed reserve, address indexed user, address indexed to, uint256 amount)',
  'event Repay(address indexed reserve, address indexed user, address indexed repayer, uint256 amount, bool useATokens)',
])
const tokenAbi = parseAbi([
  'function approve(address spender, uint256 amount) returns (bool)',
  'function permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s)',
])
const panicAbi = parseAbi(['error Panic(uint256 code)'])
const delegationAbi = parseAbi([
  'error InsufficientBorrowAllowance(address delegatee, uint256 allowance, uint256 needed)',
])
const VARIABLE = 2n
const ALL = 2n ** 256n - 1n
const TRUE = numberToHex(1, { size: 32 })

/** Runs a wallet's own transaction: to the pool, to an asset or to an aToken; `undefined` where it changes nothing. */
export function execute(ledger: Ledger, transaction: MockTransaction, at: MockBlock): Executed | undefined {
  if (isAddressEqual(transaction.to, ledger.pool)) return toPool(ledger, transaction)
  const isMeant = ({ asset, aToken }: MockReserve) => [asset, aToken].some((one) => isAddressEqual(one, transaction.to))
  const reserve = ledger.reserves.find(isMeant)
  return reserve === undefined ? undefined : toToken(ledger, reserve, transaction, at)
}

function toPool(ledger: Ledger, { from, data }: MockTransaction): Executed | undefined {
  const call = decodedCall(poolAbi, data)
  if (call === undefined) return undefined
  if (call.functionName === 'setUserEMode') {
    return { ledger: Actions.enter(ledger, from, call.args[0]), logs: [], returnData: '0x' }
  }
  const reserve = findReserve(ledger, call.args[0])
  if (reserve === undefined) throw new MockRevert()
  const amount = call.args[1]
  switch (call.functionName) {
    case 'supply': {
      const supplied = Actions.supply(ledger, call.args[2], reserve, amount)
      const event = { reserve: reserve.asset, user: from, onBehalfOf: call.args[2], amount, referralCode: 0 }
      const logs = [transfer(reserve, from, reserve.aToken, amount), mockLog(ledger.pool, eventAbi, 'Supply', event)]
      return { ledger: pay(supplied, reserve, from, amount), logs, returnData: '0x' }
    }
    case 'withdraw': {
      const taken = amount === ALL ? suppliedOf(ledger, from, reserve) : amount
      const left = Actions.withdraw(ledger, from, reserve, taken)
      const to = call.args[2]
      const event = { reserve: reserve.asset, user: from, to, amount: taken }
      const logs = [transfer(reserve, reserve.aToken, to, taken), mockLog(ledger.pool, eventAbi, 'Withdraw', event)]
      return { ledger: Actions.withTokens(left, to, reserve, taken), logs, returnData: word(taken) }
    }
    case 'borrow': {
      const [, , mode, , owner] = call.args
      assertRateMode(mode)
      const borrowed = Actions.borrow(ledger, owner, reserve, amount)
      if (mode !== VARIABLE) throw refusal(ledger, mode === 0n ? 'invalid-rate-mode' : 'stable-borrowing-disabled')
      // Nobody delegates credit here: the allowance of zero goes below zero.
      if (!isAddressEqual(owner, from)) {
        throw ledger.version < '3.6'
          ? MockRevert.error(panicAbi, 'Panic', [0x11n])
          : MockRevert.error(delegationAbi, 'InsufficientBorrowAllowance', [from, 0n, amount])
      }
      return { ledger: borrowed, logs: [], returnData: '0x' }
    }
    case 'repay': {
      const [, , mode, owner] = call.args
      assertRateMode(mode)
      if (ledger.version >= '3.2' && mode !== VARIABLE) throw refusal(ledger, 'invalid-rate-mode')
      if (amount === ALL && !isAddressEqual(owner, from)) throw refusal(ledger, 'all-for-another')
      const { ledger: repaid, paid } = Actions.repay(ledger, owner, reserve, amount)
      if (mode !== VARIABLE) throw refusal(ledger, 'no-debt')
      const event = { reserve: reserve.asset, user: owner, repayer: from, amount: paid, useATokens: false }
      const logs = [transfer(reserve, from, reserve.aToken, paid), mockLog(ledger.pool, eventAbi, 'Repay', event)]
      return { ledger: pay(repaid, reserve, from, paid), logs, returnData: word(paid) }
    }
  }
}

/** As the compiler has it for an enumeration of three. */
function assertRateMode(mode: bigint): void {
  if (mode > VARIABLE) throw MockRevert.error(panicAbi, 'Panic', [0x21n])
}

function toToken(
  ledger: Ledger,
  reserve: MockReserve,
  { from, to, data }: MockTransaction,
  at: MockBlock,
): Executed | undefined {
  const call = decodedCall(tokenAbi, data)
  if (call === undefined) return undefined
  if (call.functionName === 'approve') {
    const [spender, amount] = call.args
    const logs = [approval(to, from, spender, amount)]
    return { ledger: Permit.allow(ledger, to, from, spender, amount), logs, returnData: TRUE }
  }
  if (!isAddressEqual(to, reserve.aToken)) throw new MockRevert()
  const [owner, spender, value, deadline, v, r, s] = call.args
  const permitted = Permit.use(ledger, reserve, { owner, spender, value, deadline, v, r, s }, at)
  return { ledger: permitted, logs: [approval(to, owner, spender, value)], returnData: '0x' }
}

/** Takes a wallet's tokens into the pool, as far as the pool may. */
function pay(ledger: Ledger, reserve: MockReserve, from: Address, amount: bigint): Ledger {
  return Actions.spend(ledger, from, ledger.pool, reserve, amount)
}

function transfer({ asset }: MockReserve, from: Address, to: Address, value: bigint): MockLog {
  return mockLog(asset, erc20Abi, 'Transfer', { from, to, value })
}

function approval(token: Address, owner: Address, spender: Address, value: bigint): MockLog {
  return mockLog(token, erc20Abi, 'Approval', { owner, spender, value })
}

function word(value: bigint): Hex {
  return numberToHex(value, { size: 32 })
}
