import type { Address, Hex } from '../../model/Hex.ts'
import type { MockBlock, MockContract, MockPart, MockState } from './MockPart.ts'

/** All that a block leaves behind. Immutable: a change shares what it does not touch. Addresses in lower case. */
export type WorldState = {
  readonly parts: MockState
  readonly balances: ReadonlyMap<Address, bigint>
  readonly nonces: ReadonlyMap<Address, number>
  /** Where nothing stands, so that a call is answered with nothing. */
  readonly codeless: ReadonlySet<Address>
}

/** A contract and the part that it belongs to. */
export type Deployed = { readonly contract: MockContract; readonly part: MockPart }

export const EMPTY: WorldState = {
  parts: new Map(),
  balances: new Map(),
  nonces: new Map(),
  codeless: new Set(),
}

export function lowered(address: string): Address {
  return address.toLowerCase() as Address
}

export function withParts(state: WorldState, parts: readonly MockPart[]): WorldState {
  if (parts.length === 0) return state
  return { ...state, parts: new Map([...state.parts, ...parts.map((part) => [part.key, part] as const)]) }
}

/** Sets a contract by itself, in front of any part's; `undefined` says that nothing stands there. */
export function withContract(state: WorldState, address: Address, contract: MockContract | undefined): WorldState {
  const at = lowered(address)
  const key = `contract:${at}`
  const parts = new Map([...state.parts].filter(([other]) => other !== key))
  if (contract !== undefined) parts.set(key, { key, contracts: () => ({ [at]: contract }) })
  return { ...withCodeless(state, at, contract === undefined), parts }
}

export function withCodeless(state: WorldState, address: Address, isCodeless = true): WorldState {
  const codeless = new Set(state.codeless)
  if (isCodeless) codeless.add(lowered(address))
  else codeless.delete(lowered(address))
  return { ...state, codeless }
}

export function withBalance(state: WorldState, account: Address, wei: bigint): WorldState {
  return { ...state, balances: new Map([...state.balances, [lowered(account), wei]]) }
}

export function withNonce(state: WorldState, account: Address, nonce: number): WorldState {
  return { ...state, nonces: new Map([...state.nonces, [lowered(account), nonce]]) }
}

export function balanceOf(state: WorldState, account: Address): bigint {
  return state.balances.get(lowered(account)) ?? 0n
}

export function nonceOf(state: WorldState, account: Address): number {
  return state.nonces.get(lowered(account)) ?? 0
}

/** All contracts as they answer at a block. Contracts that were set by themselves come before those of parts. */
export function deployments(state: WorldState, at: MockBlock): ReadonlyMap<Address, Deployed> {
  const known = new Map<Address, Deployed>()
  const isSingle = ({ key }: MockPart) => key.startsWith('contract:')
  const parts = [...state.parts.values()]
  for (const part of [...parts.filter((part) => !isSingle(part)), ...parts.filter(isSingle)]) {
    for (const [address, contract] of Object.entries(part.contracts(at))) {
      known.set(lowered(address), { contract, part })
    }
  }
  for (const address of state.codeless) known.delete(address)
  return known
}

/** What `eth_getCode` says of a mocked contract: an opcode that no mock ever runs. */
export const MOCK_CODE: Hex = '0xfe'
