import { type Abi, type ContractErrorArgs, type ContractErrorName, encodeErrorResult, parseAbi } from 'viem'
import { BaseError } from '../../errors/BaseError.ts'
import type { Hex } from '../../model/Hex.ts'

/**
 * Thrown by a mocked contract to revert, with the data that the chain gives back.
 *
 * @example
 * import { MockRevert } from '@unimargin/sdk/testing'
 *
 * const refused = new MockRevert('0x')
 */
export class MockRevert extends BaseError {
  override readonly name = 'MockRevert'
  readonly data: Hex

  /** `data` are the bytes as the contract gives them; nothing unless told otherwise. */
  constructor(data: Hex = '0x') {
    super('A mocked contract reverted.', {
      facts: { Data: data },
      action: 'Throw it inside of a mocked contract only: the chain answers with its data.',
    })
    this.data = data
  }

  /**
   * As `require(false, reason)` reverts: with `Error(string)`.
   *
   * @example
   * import { MockRevert } from '@unimargin/sdk/testing'
   *
   * const frozen = MockRevert.because('28')
   */
  static because(reason: string): MockRevert {
    return new MockRevert(encodeErrorResult({ abi: plainErrorAbi, errorName: 'Error', args: [reason] }))
  }

  /**
   * As `revert Name(args)` reverts: with a custom error of an ABI.
   *
   * @example
   * import { MockRevert } from '@unimargin/sdk/testing'
   * import { parseAbi } from 'viem'
   *
   * const abi = parseAbi(['error TooLittle(uint256 least)'])
   * const refused = MockRevert.error(abi, 'TooLittle', [5n])
   */
  static error<const abi extends Abi, errorName extends ContractErrorName<abi>>(
    abi: abi,
    errorName: errorName,
    ...[args]: [] extends ContractErrorArgs<abi, errorName>
      ? [args?: ContractErrorArgs<abi, errorName>]
      : [args: ContractErrorArgs<abi, errorName>]
  ): MockRevert {
    // The parameters above are viem's own types; inside of a generic it cannot see that they fit.
    return new MockRevert(encodeErrorResult({ abi: abi as Abi, errorName: errorName as string, args: args as [] }))
  }
}

const plainErrorAbi = parseAbi(['error Error(string)'])
