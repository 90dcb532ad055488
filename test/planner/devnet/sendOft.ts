import type { DevnetAccount, DevnetChain } from '@unimargin/devnet'
import { encodeFunctionData, type Hex, pad, parseAbi, parseEventLogs } from 'viem'
import { sendCall } from './sendCalls.ts'

const abi = parseAbi([
  'struct SendParam { uint32 dstEid; bytes32 to; uint256 amountLD; uint256 minAmountLD; bytes extraOptions; bytes composeMsg; bytes oftCmd; }',
  'struct MessagingFee { uint256 nativeFee; uint256 lzTokenFee; }',
  'struct MessagingReceipt { bytes32 guid; uint64 nonce; MessagingFee fee; }',
  'struct OFTReceipt { uint256 amountSentLD; uint256 amountReceivedLD; }',
  'function quoteSend(SendParam sendParam, bool payInLzToken) view returns (MessagingFee)',
  'function send(SendParam sendParam, MessagingFee fee, address refundAddress) payable returns (MessagingReceipt, OFTReceipt)',
  'function approve(address spender, uint256 amount) returns (bool)',
  'event OFTSent(bytes32 indexed guid, uint32 dstEid, address indexed fromAddress, uint256 amountSentLD, uint256 amountReceivedLD)',
])

/** Sends idle tokens to the owner's wallet on another chain, by their OFT; gives the message's GUID. */
export async function sendOft(
  from: DevnetChain,
  to: DevnetChain,
  account: DevnetAccount,
  { symbol, amount }: { readonly symbol: 'USDC' | 'WETH'; readonly amount: bigint },
): Promise<Hex> {
  const { address, oft = address } = from.tokens[symbol]
  if (oft !== address) {
    const approve = encodeFunctionData({ abi, functionName: 'approve', args: [oft, amount] })
    await sendCall(from, account, { to: address, data: approve, value: 0n })
  }
  const sent = {
    dstEid: to.eid,
    to: pad(account.address),
    amountLD: amount,
    // Whatever the dust: a plan has none.
    minAmountLD: amount,
    extraOptions: '0x0003',
    composeMsg: '0x',
    oftCmd: '0x',
  } as const
  const fee = await from.client.readContract({ address: oft, abi, functionName: 'quoteSend', args: [sent, false] })
  const data = encodeFunctionData({ abi, functionName: 'send', args: [sent, fee, account.address] })
  const { logs } = await sendCall(from, account, { to: oft, data, value: fee.nativeFee })
  const [event] = parseEventLogs({ abi, logs, eventName: 'OFTSent' })
  if (event === undefined) throw new RangeError('nothing was sent')
  return event.args.guid
}
