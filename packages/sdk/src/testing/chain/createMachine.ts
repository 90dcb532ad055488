import type { Address, Hex } from '../../model/Hex.ts'
import type { Recording } from '../record/Recording.ts'
import { recordedCall } from '../record/Recording.ts'
import * as HeadContracts from './HeadContracts.ts'
import type { MockBlock, MockCall, MockEffects, MockLog, MockTransaction } from './MockPart.ts'
import { MockRevert } from './MockRevert.ts'
import { UnmockedCallError } from './UnmockedCallError.ts'
import * as WorldState from './WorldState.ts'

/** What a transaction did. */
export type Executed = {
  readonly status: 'success' | 'reverted'
  readonly state: WorldState.WorldState
  readonly logs: readonly MockLog[]
  /** Return data, or revert data. */
  readonly data: Hex
}

/** Runs calls and transactions on a state. */
export type Machine = {
  /** Return data. Throws a `MockRevert` as the contract does, and an `UnmockedCallError` where nobody mocked it. */
  readonly call: (call: MockCall, state: WorldState.WorldState, at: MockBlock) => Hex
  readonly execute: (transaction: MockTransaction, state: WorldState.WorldState, at: MockBlock) => Executed
  readonly hasCode: (address: Address, state: WorldState.WorldState, at: MockBlock) => boolean
}

/** What plays the EVM: Multicall3, precompiles, mocked contracts and what was recorded. */
export function createMachine({
  multicalls,
  recording,
}: {
  readonly multicalls: readonly Address[]
  readonly recording: Recording | undefined
}): Machine {
  const multicallAddresses = new Set(multicalls.map(WorldState.lowered))
  // One block is asked many times; a state and a block are never changed.
  const cache = new WeakMap<WorldState.WorldState, Map<Hex, ReadonlyMap<Address, WorldState.Deployed>>>()
  const deployments = (state: WorldState.WorldState, at: MockBlock): ReadonlyMap<Address, WorldState.Deployed> => {
    const perBlock = cache.get(state) ?? new Map<Hex, ReadonlyMap<Address, WorldState.Deployed>>()
    const known = perBlock.get(at.hash) ?? WorldState.deployments(state, at)
    // Empty blocks share their state: only the one in use is worth keeping.
    if (!perBlock.has(at.hash)) perBlock.clear()
    perBlock.set(at.hash, known)
    cache.set(state, perBlock)
    return known
  }

  /** What was recorded of a call, if anything. */
  const recorded = ({ to, data }: MockCall, at: MockBlock): Hex | undefined => {
    const answer = recording === undefined ? undefined : recordedCall(recording, at.number, to, data)
    if (answer === undefined) return undefined
    if (answer.status === 'reverted') throw new MockRevert(answer.data)
    return answer.data
  }

  const call = (asked: MockCall, state: WorldState.WorldState, at: MockBlock): Hex => {
    const to = WorldState.lowered(asked.to)
    if (to === HeadContracts.IDENTITY) return asked.data
    const deployed = deployments(state, at).get(to)
    if (deployed !== undefined) return runContract(deployed, asked, state, at)
    const isArbSys = to === HeadContracts.ARB_SYS && isNitro(state, at)
    const system = isArbSys ? HeadContracts.arbSys(asked.data, at) : undefined
    if (system !== undefined) return system
    if (multicallAddresses.has(to)) {
      const answer = HeadContracts.multicall3(asked, at, {
        run: (inner) => call(inner, state, at),
        balanceOf: (account, { to: multicall, data }) => {
          const isKnown = state.balances.has(WorldState.lowered(account))
          const before = isKnown ? undefined : recorded({ ...asked, to: multicall, data }, at)
          return before === undefined ? WorldState.balanceOf(state, account) : BigInt(before)
        },
      })
      if (answer !== undefined) return answer
    }
    // An account without code, and a plain transfer to one.
    if (state.codeless.has(to) || asked.data === '0x') return '0x'
    const before = recorded(asked, at) ?? HeadContracts.dataFee(to, asked.data)
    if (before !== undefined) return before
    if (multicallAddresses.has(to)) throw UnmockedCallError.noFunction(at.chainId, asked.to, asked.data)
    throw UnmockedCallError.noContract(at.chainId, asked.to, asked.data)
  }

  /** As a transaction, without keeping what it changes. */
  const effectsOf = (
    transaction: MockTransaction,
    state: WorldState.WorldState,
    at: MockBlock,
  ): MockEffects | undefined => {
    const deployed = deployments(state, at).get(WorldState.lowered(transaction.to))
    try {
      return deployed?.part.execute?.(transaction, state.parts, at)
    } catch (error) {
      // The contract itself may know what to answer.
      if (error instanceof UnmockedCallError) return undefined
      throw error
    }
  }

  const runContract = (
    { contract }: WorldState.Deployed,
    asked: MockCall,
    state: WorldState.WorldState,
    at: MockBlock,
  ): Hex => {
    try {
      return contract(asked, at)
    } catch (error) {
      if (!(error instanceof UnmockedCallError)) throw error
      // Simulated: what it would change is thrown away.
      const effects = effectsOf({ ...asked, hash: NO_HASH, gas: SIMULATION_GAS, nonce: 0 }, state, at)
      if (effects === undefined) throw error
      return effects.returnData ?? '0x'
    }
  }

  return {
    call: (asked, state, block) => {
      const at = seenBy(state, block)
      // A top-level call may be a transaction that is tried first.
      const effects = effectsOf({ ...asked, hash: NO_HASH, gas: SIMULATION_GAS, nonce: 0 }, state, at)
      return effects === undefined ? call(asked, state, at) : (effects.returnData ?? '0x')
    },
    execute: (transaction, state, block) => {
      const at = seenBy(state, block)
      try {
        const effects = effectsOf(transaction, state, at)
        const data = effects === undefined ? call(transaction, state, at) : (effects.returnData ?? '0x')
        const moved = transfer(WorldState.withParts(state, effects?.parts ?? []), transaction)
        const paid = (effects?.payments ?? []).reduce(
          (current, { to, wei }) => transfer(current, { from: transaction.to, to, value: wei }),
          moved,
        )
        return { status: 'success', state: paid, logs: effects?.logs ?? [], data }
      } catch (error) {
        if (!(error instanceof MockRevert)) throw error
        return { status: 'reverted', state, logs: [], data: error.data }
      }
    },
    hasCode: (address, state, block) => {
      const to = WorldState.lowered(address)
      if (state.codeless.has(to)) return false
      return multicallAddresses.has(to) || deployments(state, seenBy(state, block)).has(to)
    },
  }
}

const NO_HASH: Hex = `0x${'00'.repeat(32)}`
const SIMULATION_GAS = 30_000_000n

/** Whether the chain is run by Nitro; a local node may only bear the id of one that is. */
function isNitro({ codeless }: WorldState.WorldState, { chainId }: MockBlock): boolean {
  return HeadContracts.NITRO_CHAINS.includes(chainId) && !codeless.has(HeadContracts.ARB_SYS)
}

/** The block as contracts see it. */
function seenBy(state: WorldState.WorldState, block: MockBlock): MockBlock {
  return isNitro(state, block) ? HeadContracts.onNitro(block) : block
}

function transfer(
  state: WorldState.WorldState,
  { from, to, value }: Pick<MockTransaction, 'from' | 'to' | 'value'>,
): WorldState.WorldState {
  if (value === 0n) return state
  const left = WorldState.balanceOf(state, from) - value
  // As the EVM has it: nobody hands on what is not there.
  if (left < 0n) throw new MockRevert()
  const debited = WorldState.withBalance(state, from, left)
  return WorldState.withBalance(debited, to, WorldState.balanceOf(debited, to) + value)
}
