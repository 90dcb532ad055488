import { decodeEventLog, decodeFunctionData, encodeEventTopics, getAddress, isAddress, isHex } from 'viem'
import type { Address, Hex } from '../../model/Hex.ts'
import type { DeadlineOptions } from '../../reads/withDeadline.ts'
import * as Ask from '../ask.ts'
import { collateralRouterAbi as abi } from '../generated/collateralRouterAbi.ts'
import { ChainUnavailableError } from '../MoveErrors.ts'
import { type Log, readReceiptLogs } from '../track/readLogs.ts'
import { isSame } from '../WhatIf.ts'
import { deadlineIn } from './deadlineIn.ts'
import { NoMoveInTransactionError, SeveralMovesError } from './FindErrors.ts'
import type { FoundMove, FoundRouted, Place } from './FoundMove.ts'
import { meantDirectly, sentDirectly } from './sentDirectly.ts'

/**
 * The move that a transaction sent, by what the router said in it, or an OFT to an owner without a router; or, while it is in no block or
 * where it reverted, that it was meant to send.
 *
 * @throws ChainUnavailableError, NoMoveInTransactionError, SeveralMovesError
 */
export async function inTransaction(
  place: Place,
  { hash, guid }: { readonly hash: Hex; readonly guid?: Hex | undefined },
  options: DeadlineOptions,
): Promise<FoundMove> {
  const { chain, deployment } = place
  const { chainId } = chain
  const [receipt, call] = await Promise.all([
    readReceiptLogs(chain, hash, options),
    readTransaction(chain, hash, options),
  ])
  const logs = receipt?.logs ?? []
  const routed = logs.flatMap((log) => (isSame(log.address, deployment.router) ? sentIn(log) : []))
  const sent = [...routed, ...sentDirectly(place, hash, logs)]
  const meant = guid === undefined ? sent : sent.filter((one) => isSame(one.guid, guid))
  const [found] = meant
  if (found !== undefined && meant.length === 1) {
    const transaction = call !== undefined && isSame(call.from, found.owner) ? signerOf(call) : undefined
    const known = { ...found, hash, minedIn: receipt?.blockNumber, transaction }
    return 'id' in known ? { ...known, deadline: call && deadlineIn(call.input, known) } : known
  }
  const none = (reason: string) => new NoMoveInTransactionError({ hash, chainId, router: deployment.router, reason })
  if (sent.length > 1) throw guid === undefined ? severalOf(hash, chainId, sent) : none('it sent others')
  if (sent.length === 1) throw none('it sent another')
  if (call === undefined) throw none(receipt === undefined ? 'no node has it' : 'nothing was sent in it')
  const intended = guid === undefined ? meantIn(place, hash, call) : undefined
  if (intended === undefined) throw none('neither the router nor an OFT of a route sent anything in it')
  return { ...intended, hash, transaction: signerOf(call) }
}

function meantIn(place: Place, hash: Hex, call: Call): FoundMove | undefined {
  const intended = isSame(call.to, place.deployment.router) ? callOf(call.input) : undefined
  if (intended === undefined) return meantDirectly(place, hash, call)
  const { id, asset, dstEid, deadline } = intended
  return { id, asset, dstEid, deadline, owner: call.from }
}

type Call = { readonly from: Address; readonly nonce: bigint; readonly to: string; readonly input: Hex }

function signerOf({ from, nonce }: Call) {
  return { from, nonce }
}

function severalOf(hash: Hex, chainId: number, sent: readonly { readonly guid: Hex }[]) {
  return new SeveralMovesError(
    hash,
    chainId,
    sent.map(({ guid }) => guid),
  )
}

/** Nothing where the node does not have it. */
async function readTransaction(chain: Ask.Chain, hash: Hex, options: DeadlineOptions): Promise<Call | undefined> {
  const answer: unknown = await Ask.request(
    chain,
    (signal) => chain.client.request({ method: 'eth_getTransactionByHash', params: [hash] }, { signal }),
    options,
  )
  if (answer === null || answer === undefined) return undefined
  const { from, to, nonce, input, hash: own } = Object(answer)
  const isOurs = typeof own === 'string' && isSame(own, hash)
  if (!isOurs || !isAddress(from, { strict: false }) || !isHex(input) || !/^0x[0-9a-fA-F]{1,16}$/.test(nonce)) {
    throw new ChainUnavailableError(chain.chainId, 'the node answered something else than the transaction')
  }
  return { from: getAddress(from), nonce: BigInt(nonce), to: String(to), input }
}

function sentIn({ topics, data }: Log): readonly (FoundRouted & { readonly guid: Hex })[] {
  const [topic] = encodeEventTopics({ abi, eventName: 'MoveSent' })
  if (topics[0] !== topic) return []
  try {
    const { args } = decodeEventLog({ abi, eventName: 'MoveSent', topics: [...topics] as [Hex, ...Hex[]], data })
    const { guid, id, owner, asset, dstEid } = args
    return [{ guid, id, owner, asset, dstEid }]
  } catch {
    return []
  }
}

function callOf(data: Hex) {
  try {
    const { functionName, args } = decodeFunctionData({ abi, data })
    return functionName === 'send' || functionName === 'sendWithGrant' ? args[0] : undefined
  } catch {
    return undefined
  }
}
