import { RpcRequestError } from 'viem'
import { reasonOf } from '../../errors/reasonOf.ts'
import { redact } from '../../errors/redact.ts'
import * as Secrets from '../../errors/Secrets.ts'
import { codesOf, revertDataOf, textsOf } from './NodeError.ts'
import type { RpcRequest } from './RpcResult.ts'
import { NodeUnreachableError } from './TransportErrors.ts'

/** What viem gives errors that have no code of their own. */
const NO_CODE = -1

/**
 * What a transport threw that is not ours, made anew: its code, its words and its revert data without secrets, and nothing
 * else. viem's errors carry URLs, headers and requests, those of sockets and wallets anything. What has no code is no
 * answer of a node.
 */
export function cleanError(
  error: unknown,
  { method, node }: Pick<RpcRequest, 'method'> & { readonly node: string },
): RpcRequestError | NodeUnreachableError {
  const data = revertDataOf(error)
  const code = codesOf(error).find((given) => typeof given === 'number' && given !== NO_CODE)
  if (typeof code !== 'number' && data === undefined) {
    return new NodeUnreachableError({ origin: node, reason: reasonOf(error) })
  }
  const [words = ''] = textsOf(error)
  const secrets = Secrets.of(error)
  const message = Secrets.hide(redact(Secrets.hide(words, secrets)), secrets)
  return new RpcRequestError({
    body: { method },
    // A revert without a code is one all the same.
    error: { code: typeof code === 'number' ? code : 3, message, ...(data === undefined ? {} : { data }) },
    url: node,
  })
}
