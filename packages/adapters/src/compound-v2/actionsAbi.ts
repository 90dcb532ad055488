import { item } from '../shared/abi.ts'

function send<const name extends string, const inputs extends readonly string[]>(name: name, inputs: inputs) {
  return item('nonpayable', name, inputs, [])
}

/** What users tell a Comptroller. */
export const membershipAbi = [
  send('enterMarkets', ['address[]']),
  send('exitMarket', ['address']),
  send('updateDelegate', ['address', 'bool']),
] as const

/** What users do with a vToken, cToken or mToken. */
export const actionsAbi = [
  send('mint', ['uint256']),
  send('mintBehalf', ['address', 'uint256']),
  send('redeem', ['uint256']),
  send('redeemBehalf', ['address', 'uint256']),
  send('redeemUnderlying', ['uint256']),
  send('redeemUnderlyingBehalf', ['address', 'uint256']),
  send('borrow', ['uint256']),
  send('borrowBehalf', ['address', 'uint256']),
  send('repayBorrow', ['uint256']),
  send('repayBorrowBehalf', ['address', 'uint256']),
] as const

/** The token of a chain's own coin takes it as value. */
export const coinTokenAbi = [
  item('payable', 'mint', [], []),
  item('payable', 'repayBorrow', [], []),
  item('payable', 'repayBorrowBehalf', ['address'], []),
] as const
