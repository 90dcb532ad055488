import { BaseError } from '../../errors/BaseError.ts'
import type { Hex } from '../../model/Hex.ts'
import type { RpcAnswer } from './RpcBackend.ts'

/**
 * Code of what is no answer of a chain: nobody mocked it, or a mock or a node failed. None that viem tries again, and none
 * that it takes for a revert (as it takes -32603).
 */
export const NO_ANSWER = -32_099

/** A JSON-RPC error that a node answers with. It stays inside of the kit: a backend gives it as an answer. */
export class RpcFailure extends BaseError {
  override readonly name = 'RpcFailure'
  readonly code: number
  /** The node's own words. */
  readonly words: string
  readonly data: Hex | undefined

  constructor(code: number, words: string, data?: Hex) {
    super(words, { facts: { Code: code }, action: 'Ask the node for something that it has.' })
    this.code = code
    this.words = words
    this.data = data
  }

  get answer(): RpcAnswer {
    const { code, words, data } = this
    return { status: 'error', code, message: words, ...(data === undefined ? {} : { data }) }
  }
}
