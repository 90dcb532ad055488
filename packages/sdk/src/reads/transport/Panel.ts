import { RpcRequestError } from 'viem'
import { reasonOf } from '../../errors/reasonOf.ts'
import type { Hex } from '../../model/Hex.ts'
import { childOf } from '../withDeadline.ts'
import * as Agreement from './Agreement.ts'
import { kindOf, type NodeErrorKind, revertDataOf } from './NodeError.ts'
import { DisputedError, QuorumNotReachedError } from './QuorumErrors.ts'
import type { RpcRequest } from './RpcResult.ts'

/** The operators of a quorum, how they are asked together, and what comes of their answers. */
export type Panel = {
  readonly members: readonly Member[]
  readonly agree: number
  /** Milliseconds of silence after which one more operator is asked. */
  readonly hedgeAfter: number
  /** Seconds that a head may be old, by the local clock. */
  readonly maxHeadAge: number | undefined
  /** Hashes of blocks that were agreed on lately, by number. */
  readonly hashes: Map<bigint, Hex>
}

/** An operator with its nodes: the second one is asked when the first fails or is silent for too long. */
export type Member = {
  readonly operator: string
  readonly nodes: readonly ((request: RpcRequest, signal: AbortSignal) => Promise<unknown>)[]
  /** Failures in a row. */
  failures: number
  /** Milliseconds since 1970 until when it is asked last: it failed too often, or contradicted those who agreed. */
  restsUntil: number
}

/** An answer that can be compared: a result, or the refusal of a contract. */
export type Answer = {
  readonly member: Member
  readonly status: 'answered'
  readonly key: string
  readonly outcome: { readonly result: unknown } | { readonly revert: Hex }
}

/** What became of asking one operator. */
export type Vote =
  | Answer
  | {
      readonly member: Member
      readonly status: Exclude<NodeErrorKind, 'reverted'>
      readonly reason: string
      readonly error: unknown
    }

/** What was agreed on, if anything, and every vote that was cast until then. */
export type Ballot = { readonly agreed: Answer | undefined; readonly votes: readonly Vote[] }

const MAX_FAILURES = 3
const COOL_DOWN = 10_000
/** How many times `hedgeAfter` is waited for more than what is just acceptable. */
const PATIENCE = 5

type AskOptions = {
  readonly signal: AbortSignal
  /** The request names a block by its hash, so that `null` means that it is missing. */
  readonly pinned?: boolean | undefined
}

/** Asks one operator: its nodes one after another, as each fails or is silent for too long. Never rejects. */
async function ask(member: Member, request: RpcRequest, hedgeAfter: number, options: AskOptions): Promise<Vote> {
  const waiting = [...member.nodes]
  let open = 0
  let isOver = false
  let timer: ReturnType<typeof setTimeout> | undefined
  const cast = await new Promise<Vote>((resolve) => {
    const next = (): void => {
      clearTimeout(timer)
      const node = waiting.shift()
      if (node === undefined) return
      open += 1
      if (waiting.length > 0) timer = setTimeout(next, hedgeAfter)
      void askNode(member, node, request, options).then((vote) => {
        open -= 1
        if (isOver) return
        isOver = vote.status === 'answered' || options.signal.aborted || (open === 0 && waiting.length === 0)
        if (isOver) resolve(vote)
        else next()
      })
    }
    next()
  })
  clearTimeout(timer)
  // Who was given up has not failed.
  if (cast.status === 'answered' || !options.signal.aborted) note(member, cast.status !== 'failed')
  return cast
}

async function askNode(
  member: Member,
  node: Member['nodes'][number],
  request: RpcRequest,
  { signal, pinned = false }: AskOptions,
): Promise<Vote> {
  try {
    const result = await node(request, signal)
    if (pinned && result === null) {
      return { member, status: 'missing', reason: 'does not have the block', error: undefined }
    }
    const compared = Agreement.comparable(request.method, result)
    return { member, status: 'answered', key: Agreement.keyOf(compared), outcome: { result: compared } }
  } catch (error) {
    if (signal.aborted) return { member, status: 'failed', reason: 'given up', error }
    const kind = kindOf(error)
    if (kind !== 'reverted') return { member, status: kind, reason: reasonOf(error), error }
    const revert = revertDataOf(error) ?? '0x'
    return { member, status: 'answered', key: `reverted ${revert}`.toLowerCase(), outcome: { revert } }
  }
}

/**
 * Asks as many operators as have to agree, and one more whenever one fails, contradicts or is silent for too long. As soon
 * as `agree` of them say the same, the others are given up. Never rejects.
 */
export async function vote(
  panel: Panel,
  request: RpcRequest,
  options: {
    readonly signal: AbortSignal
    readonly pinned?: boolean | undefined
    /** Who is asked first, by name; anybody otherwise. */
    readonly first?: readonly string[] | undefined
    /** Whether there is something else to try when an operator lacks the block and others are silent. */
    readonly mayStop?: boolean | undefined
  },
): Promise<Ballot> {
  const { agree, hedgeAfter } = panel
  const { first = [], mayStop = false } = options
  const ordered = order(panel)
  const waiting = [
    ...ordered.filter((member) => first.includes(member.operator)),
    ...ordered.filter((member) => !first.includes(member.operator)),
  ]
  const child = childOf(options.signal)
  const votes: Vote[] = []
  const counts = new Map<string, number>()
  const open = new Set<Member>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const agreed = await new Promise<Answer | undefined>((resolve) => {
    const next = (): void => {
      const member = waiting.shift()
      if (member === undefined) return
      open.add(member)
      void ask(member, request, hedgeAfter, { signal: child.signal, pinned: options.pinned }).then(onVote)
    }
    let isOver = false
    const finish = (answer?: Answer): void => {
      isOver = true
      clearTimeout(timer)
      resolve(answer)
    }
    const onVote = (cast: Vote): void => {
      if (isOver) return
      open.delete(cast.member)
      votes.push(cast)
      if (cast.status === 'answered') {
        const count = (counts.get(cast.key) ?? 0) + 1
        counts.set(cast.key, count)
        if (count >= agree) {
          finish(cast)
          return
        }
      }
      const most = Math.max(0, ...counts.values())
      while (most + open.size < agree && waiting.length > 0) next()
      if (most + open.size < agree) finish()
      else listen()
    }
    const listen = (): void => {
      clearTimeout(timer)
      timer = setTimeout(onSilence, hedgeAfter)
    }
    const onSilence = (): void => {
      for (const member of open) note(member, false)
      if (waiting.length > 0) {
        next()
        listen()
      } else if (mayStop && votes.some(({ status }) => status === 'missing')) finish()
    }
    listen()
    for (let count = 0; count < agree; count += 1) next()
  })
  child.end()
  if (agreed !== undefined) {
    for (const cast of votes) if (cast.status === 'answered' && cast.key !== agreed.key) rest(cast.member)
  }
  return { agreed, votes }
}

/**
 * Asks every operator, and waits for all of them; when `enough` has come, only `hedgeAfter` longer. Those that failed often
 * lately are asked, but not waited for. What is `acceptable` meanwhile will do if nothing better comes for five times as
 * long. Never rejects.
 */
export async function gather(
  panel: Panel,
  request: RpcRequest,
  {
    signal,
    enough,
    acceptable = () => false,
  }: {
    readonly signal: AbortSignal
    readonly enough: (votes: readonly Vote[]) => boolean
    readonly acceptable?: ((votes: readonly Vote[]) => boolean) | undefined
  },
): Promise<readonly Vote[]> {
  const child = childOf(signal)
  const votes: Vote[] = []
  const open = new Set(panel.members)
  const resting = new Set(panel.members.filter(rests))
  let timer: ReturnType<typeof setTimeout> | undefined
  await new Promise<void>((resolve) => {
    let isOver = false
    let wasEnough = false
    const finish = (): void => {
      isOver = true
      clearTimeout(timer)
      resolve()
    }
    const onSilence = (): void => {
      for (const member of open) note(member, false)
      finish()
    }
    const onVote = (cast: Vote): void => {
      if (isOver) return
      open.delete(cast.member)
      votes.push(cast)
      const isEnough = enough(votes)
      if (open.size === 0 || (isEnough && [...open].every((member) => resting.has(member)))) finish()
      else if (isEnough && !wasEnough) {
        wasEnough = true
        clearTimeout(timer)
        timer = setTimeout(onSilence, panel.hedgeAfter)
      } else if (acceptable(votes)) timer ??= setTimeout(onSilence, PATIENCE * panel.hedgeAfter)
    }
    for (const member of panel.members) {
      void ask(member, request, panel.hedgeAfter, { signal: child.signal }).then(onVote)
    }
  })
  child.end()
  return votes
}

/** What was agreed on, a contract's refusal thrown. @throws DisputedError @throws QuorumNotReachedError */
export function settle(panel: Panel, method: string, ...ballots: readonly Ballot[]): unknown {
  const agreed = ballots.find((ballot) => ballot.agreed !== undefined)?.agreed
  const rounds = ballots.map(({ votes }) => votes)
  if (agreed === undefined) throw failureOf(panel, method, rounds)
  return resultOf(method, agreed)
}

/** The result of an answer, a contract's refusal thrown: with the data that was compared, and no words of a single node. */
export function resultOf(method: string, { outcome }: Answer): unknown {
  if ('result' in outcome) return outcome.result
  const error = { code: 3, message: 'execution reverted', data: outcome.revert }
  throw new RpcRequestError({ body: { method }, error, url: 'quorum' })
}

/** Why nothing was agreed on. Of several rounds of votes one with a contradiction says most. */
export function failureOf(
  { agree, members }: Panel,
  method: string,
  rounds: readonly (readonly Vote[])[],
): DisputedError | QuorumNotReachedError {
  const disputed = rounds.find(
    (votes) => new Set(votes.flatMap((cast) => (cast.status === 'answered' ? [cast.key] : []))).size > 1,
  )
  const witnesses = (disputed ?? rounds.at(-1) ?? []).map((cast) => ({
    operator: cast.member.operator,
    said: cast.status === 'answered' ? Agreement.summaryOf(cast.key) : cast.reason,
  }))
  return disputed === undefined
    ? new QuorumNotReachedError({ method, agree, of: members.length, witnesses })
    : new DisputedError({ method, agree, witnesses })
}

/** A random order, so that nobody can know whom to attack; those that failed often lately come last. */
function order({ members }: Panel): readonly Member[] {
  const drawn = members.map((member) => ({ member, lot: Math.random() + (rests(member) ? 1 : 0) }))
  return drawn.sort((one, other) => one.lot - other.lot).map(({ member }) => member)
}

function rests({ restsUntil }: Member): boolean {
  const left = restsUntil - Date.now()
  // A clock that was set back must not make anybody rest for ever.
  return left > 0 && left <= COOL_DOWN
}

function rest(member: Member): void {
  member.restsUntil = Date.now() + COOL_DOWN
}

function note(member: Member, isWell: boolean): void {
  member.failures = isWell ? 0 : member.failures + 1
  if (member.failures >= MAX_FAILURES) rest(member)
}
