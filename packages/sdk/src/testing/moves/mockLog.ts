import { type Abi, type AbiEvent, type ContractEventName, encodeAbiParameters, encodeEventTopics } from 'viem'
import type { Address } from '../../model/Hex.ts'
import type { MockLog } from '../chain/MockPart.ts'

/**
 * The log that an event leaves.
 *
 * @example
 * import { mockLog } from '@unimargin/sdk/testing'
 * import { erc20Abi } from 'viem'
 *
 * const token = '0xaf88d065e77c8cC2239327C5EDb3A432268e5831'
 * const log = mockLog(token, erc20Abi, 'Transfer', { from: token, to: token, value: 1n })
 */
export function mockLog<const abi extends Abi, name extends ContractEventName<abi>>(
  address: Address,
  abi: abi,
  eventName: name,
  args: Readonly<Record<string, unknown>>,
): MockLog {
  const topics = encodeEventTopics({ abi: abi as Abi, eventName: eventName as string, args })
  const event = abi.find((item): item is AbiEvent => item.type === 'event' && item.name === eventName)
  const plain = event?.inputs.filter(({ indexed }) => indexed !== true) ?? []
  return {
    address,
    topics: topics.filter((topic) => typeof topic === 'string'),
    data: encodeAbiParameters(
      plain,
      plain.map(({ name }) => args[name ?? '']),
    ),
  }
}
