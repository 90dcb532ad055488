import { BaseError } from '../../errors/BaseError.ts'

/** No HTTP answer came: refused, reset, cut off, redirected elsewhere, or blocked by the browser. */
export class NodeUnreachableError extends BaseError {
  override readonly name = 'NodeUnreachableError'
  /** Scheme, host and port, as the rest of a URL may be a key; the name of a transport that has no URL. */
  readonly origin: string
  /** Why, in one printable line without secrets; where viem's errors have it as well. */
  readonly details: string

  constructor({ origin, reason }: { readonly origin: string; readonly reason: string }) {
    super('The node cannot be reached.', {
      facts: { Node: origin, Reason: reason },
      action: 'Check the URL and the connection, or use another node.',
    })
    this.origin = origin
    this.details = reason
  }
}

/** The node answered with an HTTP status that is no success. */
export class HttpStatusError extends BaseError {
  override readonly name = 'HttpStatusError'
  readonly origin: string
  readonly status: number
  /** What the node asks to wait, in milliseconds; absent when it does not say. */
  readonly retryAfter: number | undefined

  constructor({ origin, status, retryAfter }: Pick<HttpStatusError, 'origin' | 'status' | 'retryAfter'>) {
    super(`The node answered with HTTP status ${status}.`, {
      facts: { Node: origin, 'Retry after': retryAfter === undefined ? undefined : `${retryAfter} ms` },
      action: status === 429 ? 'Ask less often, or use a node with a higher limit.' : 'Use another node.',
    })
    this.origin = origin
    this.status = status
    this.retryAfter = retryAfter
  }
}

/** What the node answered is not what the method can answer, or not to the request that was sent. */
export class MalformedAnswerError extends BaseError {
  override readonly name = 'MalformedAnswerError'
  readonly method: string
  /** What is wrong, in our own words: nothing of the answer is in it. */
  readonly problem: string

  constructor({ method, problem }: Pick<MalformedAnswerError, 'method' | 'problem'>) {
    super(`The node's answer is malformed: ${problem}.`, {
      facts: { Method: method },
      action: 'Use another node: nothing that this one says can be believed.',
    })
    this.method = method
    this.problem = problem
  }
}

/** The body of the answer is larger than allowed; what comes after the limit was not read. */
export class AnswerTooLargeError extends BaseError {
  override readonly name = 'AnswerTooLargeError'
  readonly maxBytes: number

  constructor(maxBytes: number) {
    super(`The node's answer has more than ${maxBytes} bytes.`, {
      action: 'Ask for less at once, or pass a larger `maxBytes`.',
    })
    this.maxBytes = maxBytes
  }
}

/** The node serves another chain than the client is configured for. */
export class ForeignChainError extends BaseError {
  override readonly name = 'ForeignChainError'
  readonly chainId: number
  readonly answered: bigint

  constructor({ chainId, answered }: Pick<ForeignChainError, 'chainId' | 'answered'>) {
    super(`The node is on another chain: ${answered} instead of ${chainId}.`, {
      action: 'Check the URL that is configured for the chain.',
    })
    this.chainId = chainId
    this.answered = answered
  }
}

/** A contract (or the node in its name) asks to fetch a URL of its own choice: CCIP-Read, which is off here. */
export class OffchainLookupError extends BaseError {
  override readonly name = 'OffchainLookupError'

  constructor() {
    super('The answer asks to fetch a URL of its own choice.', {
      action: 'Read names and other off-chain data by a client of your own, without this guard.',
    })
  }
}
