import { erc20Abi, toFunctionSelector, toFunctionSignature } from 'viem'
import { BaseError } from '../../errors/BaseError.ts'
import type { Address, Hex } from '../../model/Hex.ts'

/** A mocked chain was asked something that nobody told it. It is the test that is incomplete, not the chain that fails. */
export class UnmockedCallError extends BaseError {
  override readonly name = 'UnmockedCallError'
  readonly chainId: number
  /** `undefined` for a JSON-RPC method that nobody mocked. */
  readonly to: Address | undefined
  readonly data: Hex | undefined

  /** `asked` names the function or the method for people. */
  constructor({
    chainId,
    to,
    data,
    asked,
    action,
  }: {
    readonly chainId: number
    readonly to?: Address | undefined
    readonly data?: Hex | undefined
    readonly asked?: string | undefined
    readonly action: string
  }) {
    // One sentence with all of the facts: a data issue keeps no more than 240 characters of what a node says.
    const selector = data === undefined ? undefined : data.slice(0, 10)
    const call = [asked, selector === undefined || asked === selector ? undefined : `(${selector})`]
      .filter((part) => part !== undefined)
      .join(' ')
    super(`Not mocked on chain ${chainId}: ${call || 'a call'}${to === undefined ? '' : ` at ${to}`}.`, { action })
    this.chainId = chainId
    this.to = to
    this.data = data
  }

  /** Nobody stands at the address. */
  static noContract(chainId: number, to: Address, data: Hex, asked?: string): UnmockedCallError {
    return new UnmockedCallError({
      chainId,
      to,
      data,
      asked: asked ?? familiarName(data),
      action:
        'Give `mockChain` a contract or a market there, or name the address in `codeless` if nothing stands there.',
    })
  }

  /** The contract is mocked, this function of it is not. */
  static noFunction(chainId: number, to: Address, data: Hex, asked?: string): UnmockedCallError {
    return new UnmockedCallError({
      chainId,
      to,
      data,
      asked: asked ?? familiarName(data),
      action: 'Add the function to the mocked contract.',
    })
  }

  /** Bytecode that a call brings along runs on no mocked chain. */
  static noBytecode(chainId: number): UnmockedCallError {
    return new UnmockedCallError({
      chainId,
      asked: 'a call without `to`, which runs bytecode of its own',
      action: 'Mock the contract that it is about and call that, or answer the method in `methods` of `mockChain`.',
    })
  }

  /** A JSON-RPC method that nobody answers. */
  static noMethod(chainId: number, method: string): UnmockedCallError {
    return new UnmockedCallError({ chainId, asked: method, action: 'Add it to `methods` of `mockChain`.' })
  }
}

/** Names what every token has, so that the message says more than a selector. */
function familiarName(data: Hex): string {
  const selector = data.slice(0, 10).toLowerCase()
  const item = erc20Abi.find((entry) => entry.type === 'function' && toFunctionSelector(entry) === selector)
  return item?.type === 'function' ? toFunctionSignature(item) : data.slice(0, 10)
}
