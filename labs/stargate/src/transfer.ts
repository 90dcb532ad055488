import { type Address, concatHex, erc20Abi, type Hex, numberToHex, pad, parseEventLogs } from 'viem'
import { call } from '../../../packages/devnet/src/chain/Transaction.ts'
import { transact } from '../../../packages/devnet/src/chain/transact.ts'
import { stargateAbi } from './abi.ts'
import { act } from './act.ts'
import type { PoolName, StargateChain } from './Stargate.ts'

/** A transfer over Stargate, as a wallet would ask for it. Amounts are base units of the source chain. */
export type Transfer = {
  readonly from: StargateChain
  readonly to: StargateChain
  readonly pool: PoolName
  readonly sender: Address
  readonly receiver: Address
  readonly amount: bigint
  readonly minAmount?: bigint
  readonly composeMsg?: Hex
  /** What is paid for running the compose; nothing if left out. */
  readonly composeGas?: bigint
  /** What is paid for the delivery, besides what Stargate enforces. */
  readonly deliveryGas?: bigint
  /** Waits for others to share the message with, instead of going at once. */
  readonly mode?: 'taxi' | 'bus' | 'bus with native drop'
  /** What is offered besides the fee that was quoted, in wei. */
  readonly surplus?: bigint
}

/** What the source says of a transfer. */
export type Transferred = {
  /** Zero for a passenger of a bus that has not left. */
  readonly guid: Hex
  readonly amountSent: bigint
  readonly amountReceived: bigint
  readonly fee: bigint
  /** What whoever drives the bus must know. */
  readonly passenger?: Hex | undefined
}

const BUS: Hex = '0x01'

/** The parameters of a transfer as the pool takes them. */
export function sendParamOf({
  to,
  receiver,
  amount,
  minAmount = 0n,
  composeMsg = '0x',
  composeGas,
  deliveryGas,
  mode = 'taxi',
}: Transfer) {
  const options = concatHex([
    '0x0003',
    ...(deliveryGas === undefined
      ? []
      : [concatHex(['0x01', '0x0011', '0x01', numberToHex(deliveryGas, { size: 16 })])]),
    ...(composeGas === undefined
      ? []
      : [concatHex(['0x01', '0x0013', '0x03', '0x0000', numberToHex(composeGas, { size: 16 })])]),
  ])
  return {
    dstEid: to.chain.eid,
    to: pad(receiver),
    amountLD: amount,
    minAmountLD: minAmount,
    // A passenger books coins by giving options at all, whatever they say.
    extraOptions: mode === 'taxi' ? options : mode === 'bus' ? ('0x' as const) : BUS,
    composeMsg,
    oftCmd: mode === 'taxi' ? ('0x' as const) : BUS,
  }
}

/** What the pool says that it would take and give. @throws ContractFunctionExecutionError of viem */
export async function quoteOft(transfer: Transfer) {
  const [limit, details, receipt] = await transfer.from.chain.client.readContract({
    address: transfer.from.pools[transfer.pool].pool.address,
    abi: stargateAbi,
    functionName: 'quoteOFT',
    args: [sendParamOf(transfer)],
  })
  return { limit, details, receipt }
}

/** What the message costs, in wei. @throws ContractFunctionExecutionError of viem */
export async function quoteSend(transfer: Transfer): Promise<bigint> {
  const { nativeFee } = await transfer.from.chain.client.readContract({
    address: transfer.from.pools[transfer.pool].pool.address,
    abi: stargateAbi,
    functionName: 'quoteSend',
    args: [sendParamOf(transfer), false],
  })
  return nativeFee
}

/** Approves and sends. @throws TransactionFailedError with Stargate's reason. */
export async function transfer(order: Transfer): Promise<Transferred> {
  const { from, sender, amount, surplus = 0n } = order
  const { pool, token } = from.pools[order.pool]
  const nativeFee = (await quoteSend(order)) + surplus
  const isNative = order.pool === 'ETH'
  if (!isNative) {
    const args = [pool.address, amount]
    await transact(from.node, [call({ from: sender, to: token, abi: erc20Abi, functionName: 'approve', args })])
  }
  const receipt = await act(from, sender, {
    target: pool.address,
    functionName: 'sendToken',
    args: [sendParamOf(order), { nativeFee, lzTokenFee: 0n }, sender],
    value: nativeFee + (isNative ? amount : 0n),
  })
  const logs = receipt.logs as Parameters<typeof parseEventLogs>[0]['logs']
  const events = parseEventLogs({ abi: stargateAbi, logs, eventName: ['OFTSent', 'BusRode'] })
  const sent = events.find(({ eventName }) => eventName === 'OFTSent')
  const rode = events.find(({ eventName }) => eventName === 'BusRode')
  if (sent?.eventName !== 'OFTSent') throw new RangeError('nothing was sent')
  const { guid, amountSentLD, amountReceivedLD } = sent.args
  const passenger = rode?.eventName === 'BusRode' ? rode.args.passenger : undefined
  return { guid, amountSent: amountSentLD, amountReceived: amountReceivedLD, fee: nativeFee, passenger }
}
