import { type Chain, concatHex, parseAbi, toHex, toRlp } from 'viem'
import type { Hex } from '../../model/Hex.ts'
import { type Quantity, type Unknown, unknown } from '../../model/Quantity.ts'
import type { ReadResult } from '../../model/ReadResult.ts'
import * as Read from '../../reads/Read.ts'
import type { DeadlineOptions } from '../../reads/withDeadline.ts'
import * as MulDiv from '../../units/MulDiv.ts'
import * as Usd from '../../units/Usd.ts'
import * as Ask from '../ask.ts'
import type { Cost } from '../MoveQuote.ts'

/**
 * What a rollup takes for the bytes of a transaction, which it writes to its L1, on top of the gas that running it costs.
 *
 * - `none`: the chain is no rollup.
 * - `in-gas-price`: whoever pays the price of gas has paid it.
 * - `in-gas-units`: it is in the units that the node estimates, and nobody says how much.
 * - `op-stack`, `scroll`: a predeployed contract says it, and on the OP stack what the operator takes by the unit of gas as well.
 * - `arbitrum`: gas units, which only the node's own estimate counts; its virtual contract says how many.
 */
export type DataFeeModel = 'none' | 'in-gas-price' | 'in-gas-units' | 'op-stack' | 'scroll' | 'arbitrum'

const BY_CHAIN: readonly (readonly [DataFeeModel, readonly number[]])[] = [
  ['none', [1, 56, 100, 137, 143, 146, 43_114, 80_094, 11_155_111]],
  ['op-stack', [10, 130, 480, 1_868, 8_453, 34_443, 57_073, 60_808, 7_777_777, 84_532, 11_155_420]],
  ['arbitrum', [42_161, 42_170, 421_614]],
  ['scroll', [534_351, 534_352]],
  ['in-gas-price', [59_141, 59_144]],
  ['in-gas-units', [300, 324]],
]

const GAS_PRICE_ORACLE = '0x420000000000000000000000000000000000000F'
const SCROLL_ORACLE = '0x5300000000000000000000000000000000000002'
const NODE_INTERFACE = '0x00000000000000000000000000000000000000C8'

const oracleAbi = parseAbi([
  'function getL1Fee(bytes) view returns (uint256)',
  'function getOperatorFee(uint256) view returns (uint256)',
])
const nodeInterfaceAbi = parseAbi([
  'function gasEstimateL1Component(address, bool, bytes) view returns (uint64, uint256, uint256)',
])

/** Wei, more than any fee is. */
const MOST_FEE = 2n ** 96n
/** Units of gas: a multiple of what the operator's fee counts in millionths of, so that a unit's share of it loses nothing. */
const SPAN = 10n ** 12n
/** A signature looks like chance, and no chain can compress it. */
const SIGNATURE: readonly Hex[] = ['0x01', `0x${'c7'.repeat(32)}`, `0x${'59'.repeat(32)}`]
const ACCESS_LIST: readonly Hex[] = []

/** How a chain takes it; nothing where nobody here knows. */
export function modelOf(chainId: number, chain: Chain | undefined): DataFeeModel | undefined {
  const known = BY_CHAIN.find(([, ids]) => ids.includes(chainId))
  if (known !== undefined) return known[0]
  // viem's definitions of chains of the OP stack name it.
  return chain?.contracts?.gasPriceOracle === undefined ? undefined : 'op-stack'
}

/** What a contract says of it. */
export type DataFeeTerms = {
  /** Wei per transaction. */
  readonly fees: readonly ReadResult<bigint>[]
  /** Wei that the operator takes of a transaction without gas, and of one with {@link SPAN} units; where there is an operator's fee. */
  readonly operator: readonly ReadResult<bigint>[]
}

/** To be joined into a snapshot. Nothing to read where no contract says it. */
export function read(
  model: DataFeeModel | undefined,
  transactions: readonly Ask.Transaction[],
  chainId: number,
): Read.Read<DataFeeTerms> {
  if (model !== 'op-stack' && model !== 'scroll') return Read.succeed({ fees: [], operator: [] })
  const oracle = { to: model === 'scroll' ? SCROLL_ORACLE : GAS_PRICE_ORACLE, abi: oracleAbi } as const
  const fees = transactions.map((transaction) => {
    const args = [serialized(transaction, chainId, model === 'scroll')] as const
    return Read.settle(Read.call({ ...oracle, functionName: 'getL1Fee', args }))
  })
  const spans = model === 'scroll' ? [] : [0n, SPAN]
  const operator = spans.map((units) =>
    Read.settle(Read.call({ ...oracle, functionName: 'getOperatorFee', args: [units] })),
  )
  return Read.map(Read.all([Read.all(fees), Read.all(operator)]), ([fees, operator]) => ({ fees, operator }))
}

/** Wei per transaction, in their order; what nobody says is unknown. Asks once more on chains of Arbitrum, and nowhere else. */
export async function complete(
  chain: Ask.Chain,
  parameters: {
    readonly model: DataFeeModel | undefined
    readonly transactions: readonly Ask.Transaction[]
    /** What {@link read} gave of them. */
    readonly fees: readonly ReadResult<bigint>[]
    readonly gasPrice: bigint
  },
  options: DeadlineOptions,
): Promise<readonly Quantity[]> {
  const { model, transactions, gasPrice } = parameters
  if (model === 'none' || model === 'in-gas-price' || model === 'in-gas-units') return transactions.map(() => 0n)
  if (model === undefined) {
    return transactions.map(() =>
      missing(chain, 'nobody here knows how this chain takes fees for data: pass `dataFee`'),
    )
  }
  if (model !== 'arbitrum') return transactions.map((_, index) => believed(chain, parameters.fees[index]))
  const snapshot = transactions.map(async ({ to, data }) => {
    const units = Read.call({
      to: NODE_INTERFACE,
      abi: nodeInterfaceAbi,
      functionName: 'gasEstimateL1Component',
      args: [to, false, data],
    })
    const fee = Read.map(units, ([gas]) => gas * gasPrice)
    // The node answers for it itself, and no contract can ask: a call of its own.
    return believed(chain, await Ask.alone(chain, fee, options))
  })
  return Promise.all(snapshot)
}

/** What transactions take whose gas is known: {@link complete}, then {@link split}. */
export async function of(
  chain: Ask.Chain,
  parameters: Omit<Parameters<typeof split>[1], 'fees'> & Parameters<typeof complete>[1],
  options: DeadlineOptions,
): Promise<Cost | Unknown> {
  return split(chain, { ...parameters, fees: await complete(chain, parameters, options) }).fee
}

/**
 * All of it in money, and the units of gas without what is in it of them. Unknown where a part is, and where it hides in an
 * estimate that nobody made.
 */
export function split(
  chain: Ask.Chain,
  parameters: {
    readonly model: DataFeeModel | undefined
    readonly basis: 'simulated' | 'estimated' | 'stated'
    readonly units: bigint
    readonly fees: readonly Quantity[]
    readonly operator: DataFeeTerms['operator']
    /** Wei per unit. */
    readonly gasPrice: bigint
    /** Of the native coin, WAD. */
    readonly price: bigint
  },
): { readonly units: bigint; readonly fee: Cost | Unknown } {
  const { model, basis, units, fees, operator, gasPrice, price } = parameters
  if (model === 'in-gas-units' && basis !== 'estimated') {
    return { units, fee: missing(chain, 'it is in the units of gas, which the node did not estimate') }
  }
  let amount = 0n
  for (const fee of [...fees, operatorFee(chain, operator, { units, count: fees.length })]) {
    if (typeof fee !== 'bigint') return { units, fee }
    amount += fee
  }
  // The node's estimate counts it, and a simulation does not.
  const counted = model === 'arbitrum' && basis === 'estimated' && gasPrice > 0n ? amount / gasPrice : 0n
  return {
    units: units > counted ? units - counted : 0n,
    fee: { amount, value: Usd.valueUp({ amount, price, decimals: 18 }) },
  }
}

/** A contract that does not know the question is of a chain without one. */
function operatorFee(
  chain: Ask.Chain,
  operator: DataFeeTerms['operator'],
  { units, count }: { readonly units: bigint; readonly count: number },
): Quantity {
  if (operator.every(({ status }) => status === 'reverted')) return 0n
  const [flat, spanned] = operator.map((result) => believed(chain, result))
  if (typeof flat !== 'bigint') return flat ?? 0n
  if (typeof spanned !== 'bigint') return spanned ?? 0n
  return flat * BigInt(count) + (spanned > flat ? MulDiv.up(spanned - flat, units, SPAN) : 0n)
}

function believed(chain: Ask.Chain, result: ReadResult<bigint> | undefined): Quantity {
  if (result?.status !== 'ok') return missing(chain, result?.reason ?? 'it was not read')
  return result.value <= MOST_FEE ? result.value : missing(chain, 'the node names a fee that cannot be')
}

function missing({ chainId }: Ask.Chain, reason: string): Unknown {
  return unknown({ kind: 'unavailable', chainId, path: 'costs.l1DataFee', reason })
}

/** An EIP-1559 transaction of the size that will be sent. Contracts of the OP stack add the signature themselves. */
function serialized({ to, data, value }: Ask.Transaction, chainId: number, isSigned: boolean): Hex {
  const [nonce, tip, price, gas] = ['0xfedc', '0x3b9aca00', '0x174876e800', '0x1e8480'] as const
  const amount = value === 0n ? '0x' : toHex(value)
  const fields = [toHex(chainId), nonce, tip, price, gas, to, amount, data, ACCESS_LIST]
  return concatHex(['0x02', toRlp(isSigned ? [...fields, ...SIGNATURE] : fields)])
}
