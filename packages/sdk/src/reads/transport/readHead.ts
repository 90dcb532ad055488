import { numberToHex } from 'viem'
import type { Hex } from '../../model/Hex.ts'
import * as AgreedHead from './AgreedHead.ts'
import * as Panel from './Panel.ts'
import type { RpcRequest } from './RpcResult.ts'

/** How many blocks' hashes are kept: what is read again, is read soon. */
const MAX_HASHES = 64

const HEAD_METHOD = 'eth_getBlockByNumber'

/** A request that names its block in one of its parameters. */
export type StateRequest = RpcRequest & { readonly index: number }

/** Tags that heads are asked for. */
export function isHeadTag(value: unknown): value is 'latest' | 'safe' | 'finalized' {
  return value === 'latest' || value === 'safe' || value === 'finalized'
}

/**
 * Reads state at the head: at the highest block, named by its hash, that enough operators have.
 *
 * @throws DisputedError
 * @throws QuorumNotReachedError
 */
export async function readAtHead(
  panel: Panel.Panel,
  request: StateRequest,
  tag: string,
  signal: AbortSignal,
): Promise<unknown> {
  const { candidates } = await askHeads(panel, tag, signal)
  const rounds: (readonly Panel.Vote[])[] = []
  for (const [index, { number, hash: named, holders }] of candidates.entries()) {
    const options = { signal, pinned: true, first: holders, mayStop: index < candidates.length - 1 }
    const naming =
      named === undefined ? youngEnough(panel, tag, await Panel.vote(panel, blockAt(number), options)) : undefined
    const hash = naming === undefined ? named : hashIn(panel, number, naming)
    if (naming !== undefined && hash === undefined) rounds.push(naming.votes)
    if (hash === undefined) continue
    const ballot = await Panel.vote(panel, atBlock(request, { blockHash: hash, requireCanonical: true }), options)
    if (ballot.agreed !== undefined) {
      keep(panel, number, hash)
      return Panel.resultOf(request.method, ballot.agreed)
    }
    rounds.push(ballot.votes)
    if (lacksHashes(panel, ballot)) {
      return Panel.settle(panel, request.method, await byNumber(panel, request, number, signal))
    }
  }
  throw Panel.failureOf(panel, request.method, rounds)
}

/**
 * Reads state at a numbered block, named by the hash that was agreed on for it.
 *
 * @throws DisputedError
 * @throws QuorumNotReachedError
 */
export async function readAtNumber(
  panel: Panel.Panel,
  request: StateRequest,
  number: bigint,
  signal: AbortSignal,
): Promise<unknown> {
  const known = panel.hashes.get(number)
  const read = (hash: Hex) =>
    Panel.vote(panel, atBlock(request, { blockHash: hash, requireCanonical: true }), { signal, pinned: true })
  let ballot = await read(known ?? (await agreedHash(panel, number, signal)))
  if (ballot.agreed === undefined && known !== undefined && ballot.votes.some(({ status }) => status === 'missing')) {
    // A reorganisation: another block has this number now.
    panel.hashes.delete(number)
    ballot = await read(await agreedHash(panel, number, signal))
  }
  if (lacksHashes(panel, ballot)) ballot = await byNumber(panel, request, number, signal)
  return Panel.settle(panel, request.method, ballot)
}

/**
 * The block at the head, as enough operators describe it.
 *
 * @throws DisputedError
 * @throws QuorumNotReachedError
 */
export async function readHeadBlock(
  panel: Panel.Panel,
  tag: string,
  isFull: boolean,
  signal: AbortSignal,
): Promise<unknown> {
  const { candidates, votes } = await askHeads(panel, tag, signal)
  const ballots: Panel.Ballot[] = []
  for (const [index, { number, hash, holders }] of candidates.entries()) {
    // Often enough of them have just described the same block.
    const alike = isFull || hash === undefined ? [] : votes.filter((head) => head.number === number)
    const said = alike.find(
      ({ answer }) => alike.filter((other) => other.answer.key === answer.key).length >= panel.agree,
    )
    const options = { signal, pinned: true, first: holders, mayStop: index < candidates.length - 1 }
    const ballot =
      said === undefined
        ? youngEnough(panel, tag, await Panel.vote(panel, blockAt(number, isFull), options))
        : { agreed: said.answer, votes: [] }
    ballots.push(ballot)
    hashIn(panel, number, ballot)
    if (ballot.agreed !== undefined) break
  }
  return Panel.settle(panel, HEAD_METHOD, ...ballots)
}

type HeadVote = AgreedHead.HeadReport & { readonly answer: Panel.Answer }

/** What every operator says its head is, and the blocks that may be read because of it: at least one. */
async function askHeads(
  panel: Panel.Panel,
  tag: string,
  signal: AbortSignal,
): Promise<{ readonly candidates: readonly AgreedHead.Candidate[]; readonly votes: readonly HeadVote[] }> {
  const request = { method: HEAD_METHOD, params: [tag, false] }
  const judged = (votes: readonly Panel.Vote[]) => votes.map((cast) => judge(panel, tag, cast))
  const cast = await Panel.gather(panel, request, {
    signal,
    enough: (votes) => judged(votes).filter(isHead).length >= panel.agree,
  })
  const judgements = judged(cast)
  const votes = judgements.filter(isHead)
  const candidates = AgreedHead.candidates(votes, panel.agree)
  if (candidates.length > 0) return { candidates, votes }
  const failed = judgements.flatMap((entry) => (isHead(entry) ? [] : [entry]))
  throw Panel.failureOf(panel, request.method, [failed])
}

/** An operator's head, unless it is too old. */
function judge({ maxHeadAge }: Panel.Panel, tag: string, cast: Panel.Vote): HeadVote | Panel.Vote {
  const head = headOf(cast)
  // Blocks that are as final as asked are old by their nature.
  if (head === undefined || maxHeadAge === undefined || tag !== 'latest') return head ?? cast
  const age = Math.floor(Date.now() / 1_000) - Number(head.timestamp)
  if (age <= maxHeadAge) return head
  return { member: cast.member, status: 'failed', reason: `its head is ${age} seconds old`, error: undefined }
}

function isHead(entry: HeadVote | Panel.Vote): entry is HeadVote {
  return 'answer' in entry
}

/** One operator may have said a height with a time that it does not have: what counts is the block that was agreed on. */
function youngEnough(panel: Panel.Panel, tag: string, { agreed, votes }: Panel.Ballot): Panel.Ballot {
  if (agreed === undefined) return { agreed, votes }
  const judged = judge(panel, tag, agreed)
  if (isHead(judged)) return { agreed, votes }
  const old = votes.map((cast) => judge(panel, tag, cast))
  return { agreed: undefined, votes: old.map((entry) => (isHead(entry) ? entry.answer : entry)) }
}

function headOf(cast: Panel.Vote): HeadVote | undefined {
  if (cast.status !== 'answered' || !('result' in cast.outcome)) return undefined
  const { result } = cast.outcome
  if (typeof result !== 'object' || result === null) return undefined
  const field = (name: string): unknown => Reflect.get(result, name)
  const [number, hash, timestamp, parentHash] = ['number', 'hash', 'timestamp', 'parentHash'].map(field)
  if (!isHex(number) || !isHex(hash) || !isHex(timestamp)) return undefined
  return {
    operator: cast.member.operator,
    number: BigInt(number),
    hash,
    parentHash: isHex(parentHash) ? parentHash : undefined,
    timestamp: BigInt(timestamp),
    answer: cast,
  }
}

/** The hash of a numbered block, as enough operators name it. */
async function agreedHash(panel: Panel.Panel, number: bigint, signal: AbortSignal): Promise<Hex> {
  const ballot = await Panel.vote(panel, blockAt(number), { signal, pinned: true })
  const hash = hashIn(panel, number, ballot)
  if (hash === undefined) throw Panel.failureOf(panel, HEAD_METHOD, [ballot.votes])
  return hash
}

/** The hash that was agreed on for a number, kept for later. */
function hashIn(panel: Panel.Panel, number: bigint, { agreed }: Panel.Ballot): Hex | undefined {
  const head = agreed && headOf(agreed)
  if (head === undefined || head.number !== number) return undefined
  keep(panel, number, head.hash)
  return head.hash
}

function blockAt(number: bigint, isFull = false): RpcRequest {
  return { method: HEAD_METHOD, params: [numberToHex(number), isFull] }
}

/** Where nobody knows blocks by their hashes, the values themselves have to agree. */
async function byNumber(
  panel: Panel.Panel,
  request: StateRequest,
  number: bigint,
  signal: AbortSignal,
): Promise<Panel.Ballot> {
  return Panel.vote(panel, atBlock(request, numberToHex(number)), { signal })
}

/** So few operators can be asked by hash that no agreement can come of it. */
function lacksHashes({ members, agree }: Panel.Panel, { agreed, votes }: Panel.Ballot): boolean {
  if (agreed !== undefined) return false
  return votes.filter(({ status }) => status === 'unsupported').length > members.length - agree
}

function atBlock({ method, params, index }: StateRequest, block: unknown): RpcRequest {
  const padded = Array.from({ length: Math.max(params.length, index + 1) }, (_, place) => params[place])
  return { method, params: padded.map((param, place) => (place === index ? block : param)) }
}

function keep({ hashes }: Panel.Panel, number: bigint, hash: Hex): void {
  hashes.delete(number)
  hashes.set(number, hash)
  for (const oldest of hashes.keys()) {
    if (hashes.size <= MAX_HASHES) break
    hashes.delete(oldest)
  }
}

function isHex(value: unknown): value is Hex {
  return typeof value === 'string' && value.startsWith('0x')
}
