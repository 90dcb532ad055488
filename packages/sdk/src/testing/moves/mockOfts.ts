import { encodeAbiParameters, erc20Abi, isAddressEqual, padHex, parseAbi, size, slice, zeroAddress } from 'viem'
import type { RouterDeployment } from '../../model/Route.ts'
import { oftAbi as callAbi } from '../../moves/direct/oftAbi.ts'
import { errorAbi } from '../../moves/errorAbi.ts'
import { appAbi, oftAbi as termsAbi } from '../../moves/route/routeAbi.ts'
import { oftAbi as eventAbi, packetAbi } from '../../moves/track/messageAbi.ts'
import { decodedCall } from '../chain/decodedCall.ts'
import type { MockContracts, MockEffects, MockPart, MockState, MockTransaction } from '../chain/MockPart.ts'
import { MockRevert } from '../chain/MockRevert.ts'
import { mockContract } from '../chain/mockContract.ts'
import * as EndpointState from './EndpointState.ts'
import { mockLog } from './mockLog.ts'
import * as Packet from './Packet.ts'
import * as Parts from './Parts.ts'
import type { RouterOft } from './RouterState.ts'

const abi = [
  ...callAbi,
  ...termsAbi,
  ...appAbi,
  ...parseAbi(['function decimalConversionRate() view returns (uint256)']),
] as const

const MOST_SHARED = 2n ** 64n - 1n

/** The OFT adapters of one chain: the tokens that they carry, their peers, and what anybody sends by them without a router. */
export function oftsPart({ chainId }: RouterDeployment, ofts: readonly RouterOft[], fee: bigint): MockPart {
  const contracts: MockContracts = Object.fromEntries(
    ofts.map((one) => [
      one.oft,
      mockContract(abi, {
        token: () => one.asset,
        approvalRequired: () => true,
        sharedDecimals: () => one.sharedDecimals,
        decimalConversionRate: () => rateOf(one),
        peers: ([eid]) => padHex(one.peers[eid] ?? zeroAddress, { size: 32 }),
        owner: () => zeroAddress,
        msgInspector: () => zeroAddress,
        enforcedOptions: () => '0x',
        quoteSend: () => ({ nativeFee: fee, lzTokenFee: 0n }),
        quoteOFT: ([{ amountLD, minAmountLD }]) => {
          const { amount } = debited(one, amountLD, minAmountLD)
          const limit = { minAmountLD: 0n, maxAmountLD: MOST_SHARED * rateOf(one) }
          return [limit, [], { amountSentLD: amount, amountReceivedLD: amount }] as const
        },
        // An OFT without a rate limit has no such function.
        getAmountCanBeSent: () => {
          throw new MockRevert()
        },
      }),
    ]),
  )
  return {
    key: `ofts:${chainId}`,
    contracts: () => contracts,
    execute: (transaction, state, at) => {
      const oft = ofts.find((one) => isAddressEqual(one.oft, transaction.to))
      const from = Parts.endpointIn(state, chainId)
      return oft && from && send(oft, { fee, endpoint: from, blockNumber: at.number }, transaction, state)
    },
  }
}

type Sending = {
  readonly fee: bigint
  readonly endpoint: EndpointState.EndpointState
  readonly blockNumber: bigint
}

/** Takes the sender's tokens, as far as they were allowed, and sends a message to the peer. */
function send(
  oft: RouterOft,
  { fee, endpoint, blockNumber }: Sending,
  { from, data, value }: MockTransaction,
  state: MockState,
): MockEffects | undefined {
  const call = decodedCall(callAbi, data)
  if (call?.functionName !== 'send') return undefined
  const [{ dstEid, to, amountLD, minAmountLD, composeMsg }, { nativeFee }, refundTo] = call.args
  const { amount, amountShared } = debited(oft, amountLD, minAmountLD)
  const spent = Parts.withSpending(state, { holder: from, spender: oft.oft, asset: oft.asset, amount })
  const receiver = oft.peers[dstEid]
  if (receiver === undefined) throw MockRevert.error(errorAbi, 'NoPeer', [dstEid])
  if (value !== nativeFee) throw MockRevert.error(errorAbi, 'NotEnoughNative', [value])
  if (value < fee) throw MockRevert.error(errorAbi, 'LZ_InsufficientFee', [fee, value, 0n, 0n])
  const compose = size(composeMsg) === 0 ? undefined : { from, message: composeMsg }
  const message = Packet.encodeOft({ to: slice(to, 12), amountShared, compose })
  const sending = EndpointState.send(endpoint, { sender: oft.oft, dstEid, receiver, message }, blockNumber)
  const { guid, nonce } = sending.packet
  const said = { encodedPayload: Packet.encode(sending.packet), options: '0x', sendLibrary: zeroAddress }
  const event = { guid, dstEid, fromAddress: from, amountSentLD: amount, amountReceivedLD: amount }
  return {
    parts: Parts.changes(state, Parts.withEndpoint(spent, sending.state)),
    logs: [
      mockLog(oft.asset, erc20Abi, 'Transfer', { from, to: oft.oft, value: amount }),
      mockLog(endpoint.address, packetAbi, 'PacketSent', said),
      mockLog(oft.oft, eventAbi, 'OFTSent', event),
    ],
    returnData: encodeAbiParameters(RECEIPTS, [guid, nonce, fee, 0n, amount, amount]),
    payments: [
      { to: endpoint.address, wei: fee },
      { to: refundTo, wei: value - fee },
    ],
  }
}

/** Of the message and of the OFT: all of it is static. */
const RECEIPTS = [
  { type: 'bytes32' },
  { type: 'uint64' },
  { type: 'uint256' },
  { type: 'uint256' },
  { type: 'uint256' },
  { type: 'uint256' },
] as const

/** What is taken of an amount: dust stays. */
function debited(oft: RouterOft, amountLD: bigint, minAmountLD: bigint) {
  const amountShared = amountLD / rateOf(oft)
  if (amountShared > MOST_SHARED) throw MockRevert.error(errorAbi, 'AmountSDOverflowed', [amountShared])
  const amount = amountShared * rateOf(oft)
  if (amount < minAmountLD) throw MockRevert.error(errorAbi, 'SlippageExceeded', [amount, minAmountLD])
  return { amount, amountShared }
}

function rateOf({ decimals, sharedDecimals }: RouterOft): bigint {
  return 10n ** BigInt(decimals - sharedDecimals)
}
