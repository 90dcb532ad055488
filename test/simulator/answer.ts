import { collateralRouterAbi, type Hex } from '@unimargin/sdk'
import {
  encodeAbiParameters,
  encodeErrorResult,
  hexToBigInt,
  keccak256,
  padHex,
  parseAbi,
  toFunctionSelector,
  zeroHash,
} from 'viem'
import type { Block } from './Chain.ts'
import * as DestinationState from './DestinationState.ts'
import type * as Message from './Message.ts'
import { AMOUNT, asset, DESTINATION, EIDS, ID, library, owner, verifiers } from './places.ts'
import type { SourceState } from './SourceState.ts'

/** What contracts answer to a call, by its selector; undefined for a revert. */

type Words = readonly (bigint | Hex)[]

const selector = (signature: string): Hex => toFunctionSelector(parseAbi([signature] as never)[0] as never)
const router = new Map(
  collateralRouterAbi.flatMap((item) => (item.type === 'function' ? [[toFunctionSelector(item), item.name]] : [])),
)
const path = 'address, uint32, bytes32'
const endpointCalls: Readonly<Record<Hex, string>> = {
  [selector(`function inboundPayloadHash(${path}, uint64) view returns (bytes32)`)]: 'inboundPayloadHash',
  [selector(`function lazyInboundNonce(${path}) view returns (uint64)`)]: 'lazyInboundNonce',
  [selector(`function inboundNonce(${path}) view returns (uint64)`)]: 'inboundNonce',
  [selector('function composeQueue(address, address, bytes32, uint16) view returns (bytes32)')]: 'composeQueue',
  [selector('function getReceiveLibrary(address, uint32) view returns (address, bool)')]: 'getReceiveLibrary',
  [selector('function getUlnConfig(address, uint32) view returns (uint64)')]: 'getUlnConfig',
  [selector('function hashLookup(bytes32, bytes32, address) view returns (bool, uint64)')]: 'hashLookup',
  [selector(
    'function verifiable((uint64 a, uint8 b, uint8 c, uint8 d, address[] e, address[] f), bytes32, bytes32) view returns (bool)',
  )]: 'verifiable',
  [selector('function unreceivedTokens(bytes32, uint8) view returns (bytes32)')]: 'unreceivedTokens',
}

const config = encodeAbiParameters(
  [
    {
      type: 'tuple',
      components: [
        { type: 'uint64' },
        { type: 'uint8' },
        { type: 'uint8' },
        { type: 'uint8' },
        { type: 'address[]' },
        { type: 'address[]' },
      ],
    },
  ],
  [[1n, verifiers.length, 0, 0, verifiers, []]] as never,
)

/** Of the asset; the owner's is asked for alone. */
const BALANCE_OF = selector('function balanceOf(address) view returns (uint256)')

export function answerSource({ state }: Block<SourceState>, data: Hex): Hex | undefined {
  const name = router.get(data.slice(0, 10) as Hex)
  const { sent, way, held } = state
  if (data.startsWith(BALANCE_OF)) return words([held])
  switch (name) {
    case 'sentMove': {
      const [of, id] = [wordAt(data, 0), wordAt(data, 1)]
      const isOurs = hexToBigInt(of) === BigInt(owner) && id === ID
      return words(isOurs && sent !== undefined ? recordOf(sent) : [0n, 0n, 0n, 0n, 0n, 0n, 0n])
    }
    case 'oftOf':
      return words([padded(way.here)])
    case 'latestSent':
      return words(sent === undefined ? [0n, 64n, 0n] : [1n, 64n, 1n, ...recordOf(sent)])
    case 'arrival':
      return words(Array<bigint>(12).fill(0n))
    default:
      return undefined
  }
}

function recordOf({ guid, nonce, at }: NonNullable<SourceState['sent']>): Words {
  return [guid, ID, padded(asset), BigInt(EIDS[DESTINATION]), nonce, AMOUNT, at]
}

export function answerDestination({ state, timestamp }: Block<DestinationState.DestinationState>, data: Hex) {
  const name = endpointCalls[data.slice(0, 10) as Hex] ?? router.get(data.slice(0, 10) as Hex)
  const letters = [...state.letters.values()]
  const named = (guid: Hex) => letters.find(({ message }) => message.guid === guid)
  switch (name) {
    case 'inboundPayloadHash':
      return isPath(state, data) ? DestinationState.payloadHash(state, hexToBigInt(wordAt(data, 3))) : zeroHash
    case 'lazyInboundNonce':
      return words([isPath(state, data) ? state.lazyNonce : 0n])
    case 'inboundNonce':
      return words([isPath(state, data) ? DestinationState.inboundNonce(state) : 0n])
    case 'composeQueue': {
      const letter = named(wordAt(data, 2))
      const isOurs = letter !== undefined && hexToBigInt(wordAt(data, 0)) === BigInt(state.way.there)
      return isOurs ? DestinationState.composeHash(letter) : zeroHash
    }
    case 'unreceivedTokens': {
      const letter = named(wordAt(data, 0))
      return letter?.tokens === 'unreceived' ? keccak256(letter.message.composed) : zeroHash
    }
    case 'getReceiveLibrary':
      return words([padded(library), 0n])
    case 'getUlnConfig':
      return config
    case 'hashLookup': {
      const [header, payload, verifier] = [wordAt(data, 0), wordAt(data, 1), wordAt(data, 2)]
      const letter = letters.find(({ message }) => headerHash(message) === header)
      const index = verifiers.findIndex((one) => BigInt(one) === hexToBigInt(verifier))
      const is = letter?.message.payloadHash === payload && letter.attested.includes(index)
      return words([is ? 1n : 0n, is ? 5n : 0n])
    }
    case 'verifiable': {
      const letter = letters.find(({ message }) => headerHash(message) === wordAt(data, 1))
      return words([letter !== undefined && letter.attested.length === verifiers.length ? 1n : 0n])
    }
    case 'arrival': {
      const letter = named(wordAt(data, 0))
      if (letter === undefined || letter.settled === 'none') return words(Array<bigint>(12).fill(0n))
      const status = BigInt(['none', 'credited', 'parked', 'claimed'].indexOf(letter.settled))
      const { guid } = letter.message
      const [of, at] = [padded(owner), timestamp]
      return words([guid, of, status, 0n, 30_010n, at, of, padded(asset), 1n, 0n, AMOUNT, 700_000n])
    }
    default:
      return undefined
  }
}

const hashes = new Map<Hex, Hex>()

function headerHash({ header }: Message.Message): Hex {
  const hash = hashes.get(header) ?? keccak256(header)
  hashes.set(header, hash)
  return hash
}

/** Whether a path is that of the messages: pools of Stargate have none of their own. */
function isPath({ way }: DestinationState.DestinationState, data: Hex): boolean {
  const [receiver, sender] = [wordAt(data, 0), wordAt(data, 2)]
  return hexToBigInt(receiver) === BigInt(way.receiver) && hexToBigInt(sender) === BigInt(way.sender)
}

function wordAt(data: Hex, index: number): Hex {
  return `0x${data.slice(10 + 64 * index, 74 + 64 * index)}`
}

function padded(address: Hex): Hex {
  return padHex(address.toLowerCase() as Hex, { size: 32 })
}

export function words(values: Words): Hex {
  return `0x${values.map((value) => (typeof value === 'bigint' ? value.toString(16).padStart(64, '0') : value.slice(2))).join('')}`
}

/** What a node says of a call that reverts for no reason of the router's. */
export const plainRevert = encodeErrorResult({
  abi: parseAbi(['error Error(string)']),
  errorName: 'Error',
  args: ['refused by the model'],
})
