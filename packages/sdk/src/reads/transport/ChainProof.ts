import * as SnapshotHead from '../SnapshotHead.ts'
import { problemOf, type RpcRequest } from './RpcResult.ts'
import { ForeignChainError, MalformedAnswerError } from './TransportErrors.ts'

/** Whether a node has shown which chain it serves. */
export type ChainProof = { readonly chainId: number; holds: boolean }

type Ask = (request: RpcRequest) => Promise<unknown>

const QUESTION: RpcRequest = { method: 'eth_chainId', params: [] }

/**
 * Asks after the node has proved its chain, which takes one more request, once. A snapshot proves the chain by itself.
 *
 * @throws ForeignChainError
 * @throws MalformedAnswerError
 */
export async function asked(proof: ChainProof, request: RpcRequest, ask: Ask): Promise<unknown> {
  if (request.method === QUESTION.method) return prove(proof, ask)
  if (!proof.holds && !SnapshotHead.leads(request)) await prove(proof, ask)
  return ask(request)
}

async function prove(proof: ChainProof, ask: Ask): Promise<unknown> {
  const answer = await ask(QUESTION)
  const problem = problemOf(QUESTION, answer)
  if (problem !== undefined || typeof answer !== 'string') {
    throw new MalformedAnswerError({ method: QUESTION.method, problem: problem ?? 'no number' })
  }
  proof.holds = BigInt(answer) === BigInt(proof.chainId)
  if (!proof.holds) throw new ForeignChainError({ chainId: proof.chainId, answered: BigInt(answer) })
  return answer
}
