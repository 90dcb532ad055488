import type { PlanMovesParameters, Position, ReadPosition } from '@unimargin/sdk'

const WAD = 10n ** 18n
const YEAR = 31_536_000n
/** Base units that each leg may lose, and each arrival besides. */
const UNITS = 6n

/** Aave up to 3.4 floors an average threshold, of half at least, to basis points: which of two it is, a wei of interest decides. */
const TOOTH = WAD / 5_000n

/** By which shares of a health what a chain says may differ from what was foreseen, WAD. */
export function slackOf(
  { view }: PlanMovesParameters,
  { market, rule, collateral, debt }: ReadPosition,
  left: Position | undefined,
  horizon: bigint,
): { readonly interest: bigint; readonly rounding: bigint; readonly tooth: bigint } {
  const reserves = view.markets.find((state) => state.market.key === market.key)?.reserves ?? []
  const most = (rates: readonly unknown[]) =>
    rates.reduce<bigint>((top, rate) => (typeof rate === 'bigint' && rate > top ? rate : top), 0n)
  // Debts were counted with all of the horizon's interest, collateral with none; rates follow what is moved a little.
  const yearly = most(reserves.map(({ borrowRate }) => borrowRate)) + most(reserves.map(({ supplyRate }) => supplyRate))
  const worth = (amount: unknown, price: unknown, decimals: number): bigint =>
    typeof amount === 'bigint' && typeof price === 'bigint' ? (amount * price) / 10n ** BigInt(decimals) : 0n
  const legs = [...collateral, ...debt]
  const lost = reserves.reduce((sum, { asset, price }) => sum + worth(UNITS, price, asset.decimals), 0n)
  const sumOf = (side: ReadPosition['collateral'] | ReadPosition['debt']) =>
    side.reduce((sum, { amount, price, asset }) => sum + worth(amount, price, asset.decimals), 0n)
  const owed = sumOf(debt)
  // Interest is foreseen on all that was owed, though it is repaid before: what is left may be little beside it.
  const rest = left?.status === 'read' ? sumOf(left.debt) : owed
  const isLess = rest < owed
  const [smallest = 0n] = [sumOf(collateral), isLess ? rest : owed].sort((one, other) => (one < other ? -1 : 1))
  const interest = (2n * yearly * horizon) / YEAR
  return {
    tooth: rule === 'aave-v3/3.0' ? TOOTH : 0n,
    interest: isLess ? (interest * owed) / (rest + 1n) : interest,
    rounding: legs.length === 0 || smallest === 0n ? WAD : (4n * lost * WAD) / smallest + 10n ** 9n,
  }
}
