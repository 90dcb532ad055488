import { keccak256 } from 'viem'
import type { Hex } from '../../model/Hex.ts'
import * as NodeError from './NodeError.ts'
import * as Panel from './Panel.ts'
import type { RpcRequest } from './RpcResult.ts'

const KNOWN = /\b(?:already (?:known|exists|imported|in mempool)|known transaction|alreadyknown|already_exists)\b/i

/**
 * Sends a signed transaction to all operators; one that takes it, or has it already, is enough. Its hash is our own.
 *
 * @throws the refusal that enough operators agree on, as viem would.
 * @throws QuorumNotReachedError
 */
export async function broadcast(panel: Panel.Panel, request: RpcRequest, signal: AbortSignal): Promise<unknown> {
  const taken = (votes: readonly Panel.Vote[]): boolean =>
    votes.some((cast) =>
      cast.status === 'answered'
        ? 'result' in cast.outcome
        : NodeError.textsOf(cast.error).some((text) => KNOWN.test(text)),
    )
  const votes = await Panel.gather(panel, request, { signal, enough: taken })
  const [raw] = request.params
  if (taken(votes) && isHex(raw)) return keccak256(raw)
  const refusals = votes.flatMap((cast) =>
    cast.status === 'answered' ? [] : [{ error: cast.error, codes: NodeError.codesOf(cast.error) }],
  )
  const shared = refusals.find(
    ({ codes: [code] }) =>
      code !== undefined && refusals.filter(({ codes }) => codes[0] === code).length >= panel.agree,
  )
  throw shared?.error ?? Panel.failureOf(panel, request.method, [votes])
}

function isHex(value: unknown): value is Hex {
  return typeof value === 'string' && /^0x(?:[0-9a-f]{2})+$/i.test(value)
}
