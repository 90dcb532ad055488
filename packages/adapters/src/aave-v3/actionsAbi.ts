import { item } from '../shared/abi.ts'

/** What users do with a pool. */
export const actionsAbi = [
  // Asset, amount, in whose name, referral code.
  item('nonpayable', 'supply', ['address', 'uint256', 'address', 'uint16'], []),
  // Asset, amount, to whom.
  item('nonpayable', 'withdraw', ['address', 'uint256', 'address'], ['uint256']),
  // Asset, amount, interest rate mode, referral code, in whose name.
  item('nonpayable', 'borrow', ['address', 'uint256', 'uint256', 'uint16', 'address'], []),
  // Asset, amount, interest rate mode, in whose name.
  item('nonpayable', 'repay', ['address', 'uint256', 'uint256', 'address'], ['uint256']),
] as const
