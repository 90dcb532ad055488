import { type Address, MULTICALL3, type ProtocolAdapter, type Read, type ReadResult } from '@unimargin/sdk'
import type { RpcBackend } from '@unimargin/sdk/testing'
import { concatHex, type Hex, keccak256, numberToHex, size } from 'viem'

/** The code of a contract that answers what another was heard to answer, and reverts when asked anything else. */
export type ReplayedContract = { readonly address: Address; readonly code: Hex }

/**
 * Contracts for a local chain that answer whatever these adapters ask for these owners as a mocked chain answers it. They keep
 * no state and count nothing: for requests and bytes they are as good as the real ones, for gas they are not.
 */
export async function replayedContracts(
  backend: RpcBackend,
  adapters: readonly ProtocolAdapter[],
  owners: readonly Address[],
): Promise<readonly ReplayedContract[]> {
  const heard = new Map<Address, Map<Hex, Hex>>()
  const ask = async ({ to, data }: Read.ContractCall): Promise<ReadResult<Hex>> => {
    const answer = await backend({ method: 'eth_call', params: [{ to, data }, 'latest'] })
    if (answer.status === 'error') return { status: 'reverted', reason: answer.message, data: answer.data ?? '0x' }
    const value = answer.result as Hex
    const isReal = to.toLowerCase() === MULTICALL3.toLowerCase()
    if (!isReal) heard.set(to, (heard.get(to) ?? new Map<Hex, Hex>()).set(data, value))
    return { status: 'ok', value }
  }
  const listen = async <value>(read: Read.Read<value>): Promise<value> => {
    const results: ReadResult<Hex>[] = []
    for (const call of read.calls) results.push(await ask(call))
    const step = read.decode(results)
    if (step.status === 'more') return listen(step.read)
    if (step.status !== 'ok') throw new TypeError(`the mocked chain does not answer its own adapter: ${step.reason}`)
    return step.value
  }
  for (const adapter of adapters) await listen(adapter.state(await listen(adapter.metadata.read), owners))
  return [...heard].map(([address, answers]) => ({ address, code: codeOf([...answers]) }))
}

/** Bytes of the code per answer: where it is recognised, and where it is given. */
const CASE = 39
const GIVE = 14
const BEGIN = 7
const END = 3

/** `keccak256(calldata)` is looked for among the known ones, and the bytes behind the code are returned. */
function codeOf(answers: readonly (readonly [Hex, Hex])[]): Hex {
  const gives = BEGIN + CASE * answers.length + END
  let data = gives + GIVE * answers.length
  const word = (value: number) => numberToHex(value, { size: 2 })
  const parts = answers.map(([asked, given], index) => {
    const length = word(size(given))
    const offset = word(data)
    data += size(given)
    return {
      // DUP1 PUSH32 hash EQ PUSH2 give JUMPI
      case: concatHex(['0x807f', keccak256(asked), '0x1461', word(gives + GIVE * index), '0x57']),
      // JUMPDEST PUSH2 length PUSH2 offset PUSH0 CODECOPY PUSH2 length PUSH0 RETURN
      give: concatHex(['0x5b61', length, '0x61', offset, '0x5f3961', length, '0x5ff3']),
      given,
    }
  })
  return concatHex([
    // CALLDATASIZE PUSH0 PUSH0 CALLDATACOPY CALLDATASIZE PUSH0 KECCAK256
    '0x365f5f37365f20',
    ...parts.map((part) => part.case),
    // PUSH0 PUSH0 REVERT
    '0x5f5ffd',
    ...parts.map((part) => part.give),
    ...parts.map((part) => part.given),
  ])
}
