import type { DirectMove, Hex } from '@unimargin/sdk'
import { encodeAbiParameters, numberToHex } from 'viem'
import * as Chain from './Chain.ts'
import * as DestinationState from './DestinationState.ts'
import { asset, directOf, market, owner } from './places.ts'
import { once, paid, type SourceState } from './SourceState.ts'
import * as World from './World.ts'

/**
 * Who signs the steps of a direct move by a key of their own, and writes down what `sendDirectMove` does: each is handed over once the one
 * before it is included, and again only for the same place, unless something else was included there for good.
 */
export type Signer = {
  readonly begun: DirectMove
  readonly goOn: (move: DirectMove) => DirectMove
  /** Whether a step has reverted: `sendDirectMove` throws, and its owner has to decide. */
  readonly isRefused: () => boolean
}

type Step = 'withdraw' | 'send'

/** Blocks that no reorganisation takes back. */
const DEEP = 3n

export function create(world: World.World): Signer {
  const { way, random, source, destination } = world
  const calls = { withdraw: { to: market, input: '0x01' }, send: { to: way.here, input: '0x02' } } as const
  const places: Partial<Record<Step, { readonly nonce: bigint; readonly since: bigint }>> = {}

  const handed = (move: DirectMove, step: Step): DirectMove => {
    const { nonce, since } = places[step] ?? { nonce: source.head.state.count, since: source.head.number }
    places[step] = { nonce, since }
    const hash = World.broadcast(world, { nonce, ...calls[step] })
    const known = { ...move, direct: { ...move.direct, handed: { step, nonce, since, isNamed: true } } }
    // It dies before it has written down the hash.
    return random.chance(20) ? known : withHash(known, step, hash)
  }

  /** Brings a step to where it is included; gives the move, and whether it is. */
  const bring = (move: DirectMove, step: Step): { readonly move: DirectMove; readonly isDone: boolean } => {
    const place = places[step]
    const found = place && includedAt(source.head, place.nonce)
    if (place === undefined || found === undefined) {
      const isOut = place !== undefined && world.mempool.some(({ nonce }) => nonce === place.nonce)
      return { move: isOut ? move : handed(move, step), isDone: false }
    }
    const { mined, block } = found
    const { to, input } = calls[step]
    if (mined.to === to && mined.input === input) {
      return { move: withHash(move, step, mined.hash), isDone: !mined.isReverted }
    }
    if (source.head.number - block.number < DEEP) return { move, isDone: false }
    delete places[step]
    return { move: handed(move, step), isDone: false }
  }

  const settle = (move: DirectMove): DirectMove => {
    const { sent } = source.head.state
    const there = destination.head.state
    if (sent === undefined || move.guid !== sent.guid) return move
    const change = DestinationState.supply(there, sent.nonce)
    if (change === undefined) return move
    const hash = numberToHex((0x5afen << 240n) + BigInt(++world.count), { size: 32 })
    const logs = [paid(owner, market), supplied]
    const transaction = { hash, from: owner, to: market, nonce: 0n, input: '0x03', isReverted: false, logs } as const
    Chain.append(destination, 2n, change.state, [transaction])
    world.story.push(`destination ${destination.head.number}: the owner supplies`)
    return { ...move, direct: { ...move.direct, arrival: { done: { supply: hash }, market, hash } } }
  }

  return {
    begun: directOf(way, world.deadline),
    isRefused: () =>
      Object.values(places).some(({ nonce }) => includedAt(source.head, nonce)?.mined.isReverted === true),
    goOn: (move) => {
      const withdrawn = bring(move, 'withdraw')
      if (!withdrawn.isDone) return withdrawn.move
      const gone = bring(withdrawn.move, 'send')
      return gone.isDone ? settle(gone.move) : gone.move
    },
  }
}

function withHash(move: DirectMove, step: Step, hash: Hex): DirectMove {
  if (step === 'send') return { ...move, hash }
  return { ...move, direct: { ...move.direct, done: { ...move.direct.done, withdraw: hash } } }
}

function includedAt(tip: Chain.Block<SourceState>, nonce: bigint) {
  for (let block: Chain.Block<SourceState> | undefined = tip; block !== undefined; block = block.parent) {
    const mined = block.transactions.find((one) => one.from === owner && one.nonce === nonce)
    if (mined !== undefined) return { mined, block }
  }
  return undefined
}

/** The market names the owner. */
const supplied = once('supplied', () => ({
  address: market,
  topics: [numberToHex(0x5a, { size: 32 })],
  data: encodeAbiParameters([{ type: 'address' }, { type: 'address' }], [asset, owner]),
}))
