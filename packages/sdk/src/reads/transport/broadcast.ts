import { keccak256 } from 'viem'
import type { Hex } from '../../model/Hex.ts'
import * as NodeError from './NodeError.ts'
import * as Panel from './Panel.ts'
import type { RpcRequest } from './RpcResult.ts'

const KNOWN = /\b(?:already (?:known|exists|imported|in mempool)|known transaction|alreadyknown|already_exists)\b/i

/**
 * Sends a signed transaction to all operators, until `agree` of them have it: one that only says so could keep it from the
 * others by being the quickest. Where the others refuse, or are silent for long, one is enough. The hash is our own.
 *
 * @throws the refusal that enough operators agree on, as viem would.
 * @throws QuorumNotReachedError
 */
export async function broadcast(panel: Panel.Panel, request: RpcRequest, signal: AbortSignal): Promise<unknown> {
  const takers = (votes: readonly Panel.Vote[]): number =>
    votes.filter((cast) =>
      cast.status === 'answered'
        ? 'result' in cast.outcome
        : NodeError.textsOf(cast.error).some((text) => KNOWN.test(text)),
    ).length
  const votes = await Panel.gather(panel, request, {
    signal,
    enough: (cast) => takers(cast) >= panel.agree,
    acceptable: (cast) => takers(cast) > 0,
  })
  const [raw] = request.params
  if (takers(votes) > 0 && isHex(raw)) return keccak256(raw)
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
