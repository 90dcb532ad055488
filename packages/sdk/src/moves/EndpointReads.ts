import { padHex } from 'viem'
import type { Address, Hex } from '../model/Hex.ts'
import * as Read from '../reads/Read.ts'

/** Reads of LayerZero's EndpointV2: pure, to be joined into snapshots. */

const abi = [
  {
    type: 'function',
    name: 'inboundPayloadHash',
    stateMutability: 'view',
    inputs: [{ type: 'address' }, { type: 'uint32' }, { type: 'bytes32' }, { type: 'uint64' }],
    outputs: [{ type: 'bytes32' }],
  },
  {
    type: 'function',
    name: 'lazyInboundNonce',
    stateMutability: 'view',
    inputs: [{ type: 'address' }, { type: 'uint32' }, { type: 'bytes32' }],
    outputs: [{ type: 'uint64' }],
  },
  {
    type: 'function',
    name: 'inboundNonce',
    stateMutability: 'view',
    inputs: [{ type: 'address' }, { type: 'uint32' }, { type: 'bytes32' }],
    outputs: [{ type: 'uint64' }],
  },
  {
    type: 'function',
    name: 'composeQueue',
    stateMutability: 'view',
    inputs: [{ type: 'address' }, { type: 'address' }, { type: 'bytes32' }, { type: 'uint16' }],
    outputs: [{ type: 'bytes32' }],
  },
] as const

/** The way of a message: from an OFT on one chain to its counterpart on another. */
export type MessagePath = { readonly receiver: Address; readonly srcEid: number; readonly sender: Address }

/** Hash of a message that was verified and not yet executed; zero otherwise. */
export function inboundPayloadHash(endpoint: Address, { receiver, srcEid, sender }: MessagePath, nonce: bigint) {
  const args = [receiver, srcEid, padHex(sender, { size: 32 }), nonce] as const
  return Read.call({ to: endpoint, abi, functionName: 'inboundPayloadHash', args })
}

/** Every nonce up to this one was executed, cleared or skipped, or is still verified. */
export function lazyInboundNonce(endpoint: Address, { receiver, srcEid, sender }: MessagePath) {
  const args = [receiver, srcEid, padHex(sender, { size: 32 })] as const
  return Read.call({ to: endpoint, abi, functionName: 'lazyInboundNonce', args })
}

/** The last nonce up to which every message is verified, executed or refused: those after the next one have to wait. */
export function inboundNonce(endpoint: Address, { receiver, srcEid, sender }: MessagePath) {
  const args = [receiver, srcEid, padHex(sender, { size: 32 })] as const
  return Read.call({ to: endpoint, abi, functionName: 'inboundNonce', args })
}

/** Zero: nothing was composed; one: it was delivered to the composer; else the hash of a message that waits. */
export function composeQueue(endpoint: Address, from: Address, to: Address, guid: Hex) {
  return Read.call({ to: endpoint, abi, functionName: 'composeQueue', args: [from, to, guid, 0] })
}
