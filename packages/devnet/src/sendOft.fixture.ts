import { setTimeout as sleep } from 'node:timers/promises'
import { concatHex, type Hex, numberToHex, pad, parseAbi, parseEventLogs } from 'viem'
import type { DevnetAccount } from './createAccounts.ts'
import type { DevnetChain } from './Devnet.ts'

const OFT_ABI = parseAbi([
  'struct SendParam { uint32 dstEid; bytes32 to; uint256 amountLD; uint256 minAmountLD; bytes extraOptions; bytes composeMsg; bytes oftCmd; }',
  'struct MessagingFee { uint256 nativeFee; uint256 lzTokenFee; }',
  'struct MessagingReceipt { bytes32 guid; uint64 nonce; MessagingFee fee; }',
  'struct OFTReceipt { uint256 amountSentLD; uint256 amountReceivedLD; }',
  'function quoteSend(SendParam sendParam, bool payInLzToken) view returns (MessagingFee)',
  'function send(SendParam sendParam, MessagingFee fee, address refundAddress) payable returns (MessagingReceipt, OFTReceipt)',
  'function approve(address spender, uint256 amount) returns (bool)',
  'event OFTSent(bytes32 indexed guid, uint32 dstEid, address indexed fromAddress, uint256 amountSentLD, uint256 amountReceivedLD)',
])

/** What a wallet does: quotes, approves where needed, sends, and answers with the GUID. */
export async function sendOft({
  from,
  to,
  account,
  receiver,
  amount,
  symbol = 'USDC',
  composes = false,
  composeGas,
  drop,
}: {
  readonly from: DevnetChain
  readonly to: DevnetChain
  readonly account: DevnetAccount
  readonly receiver: Hex
  readonly amount: bigint
  readonly symbol?: 'USDC' | 'WETH'
  /** Whether the receiver gets a compose message. */
  readonly composes?: boolean
  /** What is paid for running it; nothing if left out. */
  readonly composeGas?: bigint
  /** Native coins (wei) for the receiver. */
  readonly drop?: bigint
}): Promise<Hex> {
  const { client } = from
  const token = from.tokens[symbol]
  const oft = token.oft ?? token.address
  const wait = (hash: Hex) => mined(from, hash)
  const extraOptions = concatHex([
    '0x0003',
    ...(composeGas === undefined
      ? []
      : [concatHex(['0x01', '0x0013', '0x03', '0x0000', numberToHex(composeGas, { size: 16 })])]),
    ...(drop === undefined
      ? []
      : [concatHex(['0x01', '0x0031', '0x02', numberToHex(drop, { size: 16 }), pad(receiver)])]),
  ])
  const parameters = {
    dstEid: to.eid,
    to: pad(receiver),
    amountLD: amount,
    minAmountLD: 0n,
    extraOptions,
    composeMsg: composes ? ('0xc0ffee' as const) : ('0x' as const),
    oftCmd: '0x' as const,
  }
  if (oft !== token.address) {
    await wait(
      await client.writeContract({
        account: account.account,
        address: token.address,
        abi: OFT_ABI,
        functionName: 'approve',
        args: [oft, amount],
      }),
    )
  }
  const fee = await client.readContract({
    address: oft,
    abi: OFT_ABI,
    functionName: 'quoteSend',
    args: [parameters, false],
  })
  const hash = await client.writeContract({
    account: account.account,
    address: oft,
    abi: OFT_ABI,
    functionName: 'send',
    args: [parameters, fee, account.address],
    value: fee.nativeFee,
    gas: 2_000_000n,
  })
  const { logs } = await wait(hash)
  const [sent] = parseEventLogs({ abi: OFT_ABI, logs, eventName: 'OFTSent' })
  if (sent === undefined) throw new RangeError(`nothing was sent by ${hash}`)
  return sent.args.guid
}

/** An automined transaction is mined soon, not at once. */
export async function mined({ client }: DevnetChain, hash: Hex) {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    const receipt = await client.getTransactionReceipt({ hash }).catch(() => undefined)
    if (receipt?.status === 'success') return receipt
    if (receipt?.status === 'reverted') throw new RangeError(`${hash} reverted`)
    await sleep(5)
  }
  throw new RangeError(`${hash} was not mined`)
}
