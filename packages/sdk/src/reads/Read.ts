import {
  type Abi,
  type AbiFunction,
  type ContractFunctionArgs,
  type ContractFunctionName,
  type ContractFunctionReturnType,
  decodeAbiParameters,
  decodeErrorResult,
  encodeAbiParameters,
  encodeFunctionData,
  type GetAbiItemParameters,
  getAbiItem,
  toFunctionSelector,
} from 'viem'
import { reasonOf } from '../errors/reasonOf.ts'
import { redact } from '../errors/redact.ts'
import type { Address, Hex } from '../model/Hex.ts'
import type { ReadFailure, ReadResult } from '../model/ReadResult.ts'

/** One contract call, ready to be joined with others. */
export type ContractCall = { readonly to: Address; readonly data: Hex }

/** The step after a read: its result, or (rarely) more calls that depend on it. */
export type Step<value> = ReadResult<value> | { readonly status: 'more'; readonly read: Read<value> }

/**
 * What to read and how to understand it; no I/O. Reads compose, and all reads of a chain travel in one `eth_call`.
 *
 * `decode` gets one result per call, in the order of `calls`, and depends on nothing else: a read that is used again and
 * gets the same answers gives the very value that it gave before (`===`), without decoding anew. That holds for each part of
 * a composed read by itself, so that of a thousand owners only those are understood anew who changed.
 */
export type Read<value> = {
  readonly calls: readonly ContractCall[]
  readonly decode: (results: readonly ReadResult<Hex>[]) => Step<value>
}

/** Parameters of {@link call}: as viem's `readContract`, with `to` for the contract. */
export type CallParameters<
  abi extends Abi,
  functionName extends ContractFunctionName<abi, 'pure' | 'view' | 'nonpayable'>,
  args extends ContractFunctionArgs<abi, 'pure' | 'view' | 'nonpayable', functionName>,
> = {
  readonly to: Address
  readonly abi: abi
  readonly functionName: functionName
} & ([] extends args ? { readonly args?: args } : { readonly args: args })

/**
 * Reads one function of one contract.
 *
 * The result is `reverted` when the contract refuses, and `unavailable` when what comes back is not exactly what the ABI
 * says: an address without code answers with nothing, a sick node with too much, too little or numbers too large.
 *
 * @example
 * import { Read } from '@unimargin/sdk'
 * import { erc20Abi } from 'viem'
 *
 * const balance = Read.call({
 *   to: '0xaf88d065e77c8cC2239327C5EDb3A432268e5831',
 *   abi: erc20Abi,
 *   functionName: 'balanceOf',
 *   args: ['0x0000000000000000000000000000000000000001'],
 * })
 */
export function call<
  const abi extends Abi,
  functionName extends ContractFunctionName<abi, 'pure' | 'view' | 'nonpayable'>,
  const args extends ContractFunctionArgs<abi, 'pure' | 'view' | 'nonpayable', functionName>,
>(
  parameters: CallParameters<abi, functionName, args>,
): Read<ContractFunctionReturnType<abi, 'pure' | 'view' | 'nonpayable', functionName, args>> {
  type value = ContractFunctionReturnType<abi, 'pure' | 'view' | 'nonpayable', functionName, args>
  const { to, abi, functionName } = parameters
  const item = getAbiItem({ ...parameters, name: functionName } as unknown as GetAbiItemParameters) as AbiFunction
  const { args } = parameters as { readonly args?: readonly unknown[] }
  const data = encodeFunctionData({ abi: [item], functionName: selectorOf(item), args })
  const understand = remembering((result: ReadResult<Hex>): ReadResult<value> => {
    if (result.status === 'reverted') return { ...result, reason: revertReason(abi, functionName, result.data) }
    if (result.status !== 'ok') return result
    if (result.value === '0x') {
      return { status: 'unavailable', reason: `${functionName} answered nothing: no such contract at ${to}` }
    }
    const decoded = decodeExactly(item.outputs, result.value)
    if (decoded === undefined) {
      return { status: 'unavailable', reason: `${functionName} answered something that its ABI does not describe` }
    }
    // viem infers the return type from the ABI, but not through our own generics.
    return { status: 'ok', value: (item.outputs.length === 1 ? decoded[0] : decoded) as value }
  }, isSameResult)
  const nothing: Step<value> = { status: 'unavailable', reason: `no result for ${functionName}` }
  return {
    calls: [{ to, data }],
    decode: ([result]) => (result === undefined ? nothing : understand(result)),
  }
}

/**
 * A read that needs no call.
 *
 * @example
 * import { Read } from '@unimargin/sdk'
 *
 * const nothing = Read.succeed<readonly bigint[]>([])
 */
export function succeed<value>(value: value): Read<value> {
  const step: Step<value> = { status: 'ok', value }
  return { calls: [], decode: () => step }
}

/**
 * A read that needs no call and has no value: for a `next` of {@link andThen} that finds a value unfit.
 *
 * @example
 * import { Read } from '@unimargin/sdk'
 *
 * const refuse = (reason: string) => Read.fail({ status: 'unavailable', reason })
 */
export function fail(failure: ReadFailure): Read<never> {
  return { calls: [], decode: () => failure }
}

/**
 * Changes the value of a read, if there is one.
 *
 * @example
 * import { Read } from '@unimargin/sdk'
 *
 * export function inWad(price: Read.Read<bigint>): Read.Read<bigint> {
 *   return Read.map(price, (value) => value * 10n ** 10n)
 * }
 */
export function map<from, to>(read: Read<from>, change: (value: from) => to): Read<to> {
  return andThen(read, (value) => succeed(change(value)))
}

/**
 * Reads again, depending on a first value. It costs a second request: for what cannot be known before.
 *
 * @example
 * import { Read } from '@unimargin/sdk'
 *
 * export function first<value>(list: Read.Read<readonly string[]>, read: (of: string) => Read.Read<value>) {
 *   return Read.andThen(list, ([one]) =>
 *     one === undefined ? Read.fail({ status: 'unavailable', reason: 'the list is empty' }) : read(one),
 *   )
 * }
 */
export function andThen<from, to>(read: Read<from>, next: (value: from) => Read<to>): Read<to> {
  const follow = remembering((step: Step<from>): Step<to> => {
    if (step.status === 'more') return { status: 'more', read: andThen(step.read, next) }
    if (step.status !== 'ok') return step
    const following = next(step.value)
    return following.calls.length === 0 ? following.decode([]) : { status: 'more', read: following }
  })
  return { calls: read.calls, decode: (results) => follow(read.decode(results)) }
}

/**
 * Turns failure into a value: the read itself always succeeds, and its value says what became of it. A decoder that throws
 * over what a node sent is such a failure, so that it takes down nothing but its own read.
 *
 * @example
 * import { Read } from '@unimargin/sdk'
 *
 * export function optional(read: Read.Read<bigint>): Read.Read<bigint | undefined> {
 *   return Read.map(Read.settle(read), (result) => (result.status === 'ok' ? result.value : undefined))
 * }
 */
export function settle<value>(read: Read<value>): Read<ReadResult<value>> {
  const settled = remembering(
    (step: Step<value>): Step<ReadResult<value>> =>
      step.status === 'more' ? { status: 'more', read: settle(step.read) } : { status: 'ok', value: step },
  )
  return { calls: read.calls, decode: (results) => settled(decodeSafely(read, results)) }
}

function decodeSafely<value>(read: Read<value>, results: readonly ReadResult<Hex>[]): Step<value> {
  try {
    return read.decode(results)
  } catch (error) {
    return { status: 'unavailable', reason: `could not be understood: ${reasonOf(error)}` }
  }
}

/**
 * The values of several reads, in their order, joined into one. Fails with the first that fails: `settle` those that may.
 *
 * @example
 * import { Read } from '@unimargin/sdk'
 *
 * export function sum(a: Read.Read<bigint>, b: Read.Read<bigint>): Read.Read<bigint> {
 *   return Read.map(Read.all([a, b]), ([x, y]) => x + y)
 * }
 */
export function all<const reads extends readonly Read<unknown>[]>(
  reads: reads,
): Read<{ readonly [index in keyof reads]: reads[index] extends Read<infer value> ? value : never }> {
  type values = { readonly [index in keyof reads]: reads[index] extends Read<infer value> ? value : never }
  const join = remembering((steps: readonly Step<unknown>[]): Step<values> => {
    if (steps.some((step) => step.status === 'more')) {
      return { status: 'more', read: all(steps.map(continued)) as unknown as Read<values> }
    }
    const failure = steps.find((step) => step.status !== 'ok')
    if (failure !== undefined) return failure as Step<values>
    return {
      status: 'ok',
      value: steps.map((step) => (step.status === 'ok' ? step.value : undefined)) as unknown as values,
    }
  }, isSameList)
  return {
    calls: reads.flatMap((read) => read.calls),
    decode: (results) => {
      let offset = 0
      const steps = reads.map((read): Step<unknown> => {
        const own = results.slice(offset, offset + read.calls.length)
        offset += read.calls.length
        return read.decode(own)
      })
      return join(steps)
    },
  }
}

/**
 * One value that holds for all, and what becomes of each of many with it: a market's reserves, and each owner's position.
 * When it is read again, only what changed is made anew: all of it when the shared value did, else the entries whose own value
 * did. Fails with the first that fails: `settle` those that may.
 *
 * @example
 * import { Read } from '@unimargin/sdk'
 *
 * export function valuesAt(price: Read.Read<bigint>, amounts: readonly Read.Read<bigint>[]) {
 *   return Read.mapEach(price, amounts, (price, amount) => ({ value: price * amount }))
 * }
 */
export function mapEach<shared, item, to>(
  shared: Read<shared>,
  items: readonly Read<item>[],
  change: (shared: shared, item: item, index: number) => to,
): Read<readonly [shared, readonly to[]]> {
  type Entry = { readonly value: shared; readonly item: item }
  const changes = items.map((_, index) =>
    remembering(
      ({ value, item }: Entry) => change(value, item, index),
      (last, next) => last.value === next.value && last.item === next.item,
    ),
  )
  return map(all([shared, all(items)]), ([value, list]) => [
    value,
    // As many as there are reads: `all` gives one value for each.
    changes.map((changed, index) => changed({ value, item: list[index] as item })),
  ])
}

function continued(step: Step<unknown>): Read<unknown> {
  return step.status === 'more' ? step.read : { calls: [], decode: () => step }
}

/** Gives again what came of the last input when the next one is the same: one input is kept, whoever asks. */
function remembering<input, output>(
  understand: (input: input) => output,
  isSame: (last: input, next: input) => boolean = Object.is,
): (input: input) => output {
  let last: { readonly input: input; readonly output: output } | undefined
  return (input) => {
    if (last === undefined || !isSame(last.input, input)) last = { input, output: understand(input) }
    return last.output
  }
}

const selectors = new WeakMap<AbiFunction, Hex>()

/** Hashed once per function: many owners are the same function many times. */
function selectorOf(item: AbiFunction): Hex {
  const known = selectors.get(item)
  if (known !== undefined) return known
  const selector = toFunctionSelector(item)
  selectors.set(item, selector)
  return selector
}

function isSameResult(last: ReadResult<Hex>, next: ReadResult<Hex>): boolean {
  if (last.status === 'ok') return next.status === 'ok' && last.value === next.value
  if (last.status === 'reverted') return next.status === 'reverted' && last.data === next.data
  if (last.status === 'unavailable') return next.status === 'unavailable' && last.reason === next.reason
  return last === next
}

function isSameList(last: readonly unknown[], next: readonly unknown[]): boolean {
  return last.length === next.length && last.every((entry, index) => entry === next[index])
}

/**
 * The values, if the bytes are their only encoding: viem reads on past dirty upper bits, wrong lengths and broken UTF-8.
 */
function decodeExactly(outputs: AbiFunction['outputs'], data: Hex): readonly unknown[] | undefined {
  try {
    const values: readonly unknown[] = decodeAbiParameters(outputs, data)
    return encodeAbiParameters(outputs, values) === data.toLowerCase() ? values : undefined
  } catch {
    return undefined
  }
}

function revertReason(abi: Abi, functionName: string, data: Hex): string {
  try {
    const { errorName, args } = decodeErrorResult({ abi, data })
    // A contract may write lines: a reason is one.
    return redact(`${functionName} reverted: ${errorName}(${(args ?? []).map(String).join(', ')})`).replace(/\s+/g, ' ')
  } catch {
    return `${functionName} reverted${data === '0x' ? '' : ` with ${data.slice(0, 10)}`}`
  }
}
