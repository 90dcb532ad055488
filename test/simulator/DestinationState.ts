import type { Hex } from '@unimargin/sdk'
import { maxUint256, numberToHex, zeroHash } from 'viem'
import type { Log } from './Chain.ts'
import * as Message from './Message.ts'
import { verifiers, type Way } from './places.ts'

/** What became of one message of the path, as a person would say it; what contracts store follows from it. */
export type Letter = {
  readonly message: Message.Message
  readonly isOurs: boolean
  /** Who has attested to it since it was last committed. */
  readonly attested: readonly number[]
  readonly phase: 'unverified' | 'verified' | 'nilified' | 'executed' | 'skipped' | 'burnt' | 'cleared'
  /** `paid`: to the owner, where no router is to do anything with them. */
  readonly tokens: 'none' | 'unreceived' | 'queued' | 'composed' | 'paid'
  readonly settled: 'none' | 'credited' | 'parked' | 'claimed'
  /** Whether an executor has said why its compose failed. */
  readonly isAlerted: boolean
}

/** What the destination knows of the path. Immutable. */
export type DestinationState = {
  readonly way: Way
  readonly letters: ReadonlyMap<bigint, Letter>
  readonly lazyNonce: bigint
  /** Whether the pool could pay out, and the market take. */
  readonly isDry: boolean
  readonly isFrozen: boolean
  /** How often something was paid to the owner's account, whatever the message. */
  readonly settlements: number
}

export const NIL: Hex = numberToHex(maxUint256, { size: 32 })
export const RECEIVED: Hex = numberToHex(1, { size: 32 })

export function create(way: Way): DestinationState {
  return { way, letters: new Map(), lazyNonce: 0n, isDry: false, isFrozen: false, settlements: 0 }
}

const blank = { attested: [], phase: 'unverified', tokens: 'none', settled: 'none', isAlerted: false } as const

export function letterAt({ way, letters }: DestinationState, nonce: bigint): Letter {
  // Whose it is nobody knows here before it was attested to.
  return letters.get(nonce) ?? { ...blank, message: Message.make(way, nonce, false), isOurs: false }
}

export function withLetter(state: DestinationState, letter: Letter): DestinationState {
  return { ...state, letters: new Map(state.letters).set(letter.message.nonce, letter) }
}

export function attest(state: DestinationState, nonce: bigint, isOurs: boolean, verifier: number): DestinationState {
  const letter = letterAt(state, nonce)
  if (letter.attested.includes(verifier)) return state
  const isOpen = letter.phase === 'unverified' || letter.phase === 'nilified'
  const known = isOpen ? { isOurs, message: Message.make(state.way, nonce, isOurs) } : {}
  return withLetter(state, { ...letter, ...known, attested: [...letter.attested, verifier] })
}

/** What the endpoint stores of a message. */
export function payloadHash(state: DestinationState, nonce: bigint): Hex {
  const { phase, message } = letterAt(state, nonce)
  return phase === 'verified' ? message.payloadHash : phase === 'nilified' ? NIL : zeroHash
}

export function composeHash({ tokens, message }: Letter): Hex {
  return tokens === 'queued' ? message.composedHash : tokens === 'composed' ? RECEIVED : zeroHash
}

/** The last nonce up to which there is a hash for every message, or was. */
export function inboundNonce(state: DestinationState): bigint {
  let nonce = state.lazyNonce
  while (payloadHash(state, nonce + 1n) !== zeroHash) nonce += 1n
  return nonce
}

export type Change = { readonly state: DestinationState; readonly logs?: readonly Log[] } | undefined

/** The library passes on what all verifiers have attested to: undefined where the contracts would revert, here and below. */
export function commit(state: DestinationState, nonce: bigint): Change {
  const letter = letterAt(state, nonce)
  const isOpen = nonce > state.lazyNonce || payloadHash(state, nonce) !== zeroHash
  if (letter.attested.length < verifiers.length || !isOpen) return undefined
  return { state: withLetter(state, { ...letter, attested: [], phase: 'verified' }) }
}

export function deliver(state: DestinationState, nonce: bigint): Change {
  const letter = letterAt(state, nonce)
  if (letter.phase !== 'verified') return undefined
  const cleared = passTo(state, nonce)
  if (cleared === undefined) return undefined
  const isKept = state.isDry && state.way.kind === 'stargate'
  const tokens = !letter.isOurs ? 'none' : isKept ? 'unreceived' : handedOut(state)
  return { state: withLetter(cleared, { ...letter, phase: 'executed', tokens }) }
}

/** Every one before it needs a hash. */
function passTo(state: DestinationState, nonce: bigint): DestinationState | undefined {
  for (let one = state.lazyNonce + 1n; one < nonce; one += 1n) {
    if (payloadHash(state, one) === zeroHash) return undefined
  }
  return nonce > state.lazyNonce ? { ...state, lazyNonce: nonce } : state
}

export function payAgain(state: DestinationState, nonce: bigint): Change {
  const letter = letterAt(state, nonce)
  if (letter.tokens !== 'unreceived' || state.isDry) return undefined
  return { state: withLetter(state, { ...letter, tokens: handedOut(state) }) }
}

function handedOut({ way }: DestinationState): Letter['tokens'] {
  return way.isDirect ? 'paid' : 'queued'
}

/** The owner's own second step. */
export function supply(state: DestinationState, nonce: bigint): Change {
  const letter = letterAt(state, nonce)
  const isOpen = letter.tokens === 'paid' && letter.settled === 'none' && !state.isFrozen
  return isOpen ? { state: settle(state, { ...letter, settled: 'credited' }) } : undefined
}

export function compose(state: DestinationState, nonce: bigint): Change {
  const letter = letterAt(state, nonce)
  if (letter.tokens !== 'queued' || letter.settled !== 'none') return undefined
  const settled = state.isFrozen ? 'parked' : 'credited'
  return { state: settle(state, { ...letter, tokens: 'composed', settled }) }
}

export function retry(state: DestinationState, nonce: bigint): Change {
  const letter = letterAt(state, nonce)
  return letter.settled !== 'parked' || state.isFrozen
    ? undefined
    : { state: settle(state, { ...letter, settled: 'credited' }) }
}

export function claim(state: DestinationState, nonce: bigint): Change {
  const letter = letterAt(state, nonce)
  return letter.settled === 'parked' ? { state: settle(state, { ...letter, settled: 'claimed' }) } : undefined
}

function settle(state: DestinationState, letter: Letter): DestinationState {
  const settlements = letter.settled === 'parked' ? state.settlements : state.settlements + 1
  return { ...withLetter(state, letter), settlements }
}

/** What the token's owner may do to a message. */
export function refuse(state: DestinationState, nonce: bigint, how: 'nilify' | 'skip' | 'burn' | 'clear'): Change {
  const letter = letterAt(state, nonce)
  const hash = payloadHash(state, nonce)
  switch (how) {
    case 'nilify':
      if (nonce <= state.lazyNonce && hash === zeroHash) return undefined
      return { state: withLetter(state, { ...letter, phase: 'nilified' }) }
    case 'skip':
      if (nonce !== inboundNonce(state) + 1n) return undefined
      return { state: { ...withLetter(state, { ...letter, phase: 'skipped' }), lazyNonce: nonce } }
    case 'burn':
      if (hash === zeroHash || nonce > state.lazyNonce) return undefined
      return { state: withLetter(state, { ...letter, phase: 'burnt' }) }
    case 'clear': {
      const passed = letter.phase === 'verified' ? passTo(state, nonce) : undefined
      return passed && { state: withLetter(passed, { ...letter, phase: 'cleared' }) }
    }
  }
}

/** An executor says why a compose failed. */
export function alert(state: DestinationState, nonce: bigint): Change {
  const letter = letterAt(state, nonce)
  return letter.tokens === 'queued' ? { state: withLetter(state, { ...letter, isAlerted: true }) } : undefined
}
