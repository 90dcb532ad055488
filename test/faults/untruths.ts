import type { Health, MarginView, Position } from '@unimargin/sdk'

/** Says what of a view is wrong: everything that it claims to know, and that is not so. Unknown is never wrong. */
export function untruths(view: MarginView, truth: MarginView, chainIds: readonly number[]): readonly string[] {
  const on = ({ market }: Position) => chainIds.includes(market.chainId)
  const problems: string[] = []
  for (const fact of truth.positions.filter(on)) {
    const given = view.positions.find(({ id }) => id === fact.id)
    if (given === undefined) problems.push(`${fact.id} is absent`)
    else if (given.status === 'read' && fact.status === 'read') {
      const { conservativeHealth, ...rest } = given
      const { conservativeHealth: trueHealth, ...facts } = fact
      problems.push(...different(rest, facts, given.id))
      if (isBetter(conservativeHealth, trueHealth)) problems.push(`${given.id} looks healthier than it is`)
    }
  }
  for (const given of view.positions.filter(on)) {
    if (!truth.positions.some(({ id }) => id === given.id)) problems.push(`${given.id} was made up`)
  }
  for (const state of view.markets.filter(({ market }) => chainIds.includes(market.chainId))) {
    const fact = truth.markets.find(({ market }) => market.key === state.market.key)
    problems.push(...different(state, fact, state.market.key))
  }
  return problems
}

/** As {@link untruths}, of what is between the chains: it is true only where both are. */
export function untrueMoves(view: MarginView, truth: MarginView): readonly string[] {
  const problems: string[] = []
  for (const move of view.inFlight) {
    const fact = truth.inFlight.find(({ guid }) => guid === move.guid)
    if (fact !== undefined) problems.push(...different(move, { ...fact, confirmed: move.confirmed }, move.guid))
    // Where the destination was not read, a move may have arrived.
    else if (move.confirmed) problems.push(`${move.guid} is not in flight`)
  }
  const seen = view.inFlight.map(({ guid }) => guid)
  const lost = truth.inFlight.filter(({ guid }) => !seen.includes(guid))
  if (lost.length > 0 && view.issues.length === 0) problems.push('a move in flight is lost from sight')
  for (const move of view.parked) {
    problems.push(
      ...different(
        move,
        truth.parked.find(({ guid }) => guid === move.guid),
        move.guid,
      ),
    )
  }
  return problems
}

/** Said of when and by whom, not of what. */
const ASIDE: readonly string[] = ['issues', 'since', 'lastKnown', 'hash', 'witnesses']
/** Lists of what belongs to assets. What is not in `firstSupplies` is claimed by nobody. */
const OPEN_LISTS: readonly string[] = ['firstSupplies']

function different(given: unknown, fact: unknown, path: string): readonly string[] {
  if (isUnknown(given)) return given.issues.length > 0 ? [] : [`${path} is unknown for no reason`]
  if (Array.isArray(given) && Array.isArray(fact)) return differentLists(given, fact, path)
  if (isObject(given) && isObject(fact)) {
    const names = [...new Set([...Object.keys(given), ...Object.keys(fact)])].filter((name) => !ASIDE.includes(name))
    return names.flatMap((name) => different(given[name], fact[name], `${path}.${name}`))
  }
  return given === fact ? [] : [`${path} is ${written(given)} instead of ${written(fact)}`]
}

function differentLists(given: readonly unknown[], facts: readonly unknown[], path: string): readonly string[] {
  const isOfAssets = [...given, ...facts].every((entry) => assetOf(entry) !== undefined)
  if (!isOfAssets) {
    if (given.length !== facts.length) return [`${path} has ${given.length} entries instead of ${facts.length}`]
    return given.flatMap((entry, index) => different(entry, facts[index], `${path}[${index}]`))
  }
  const isOpen = OPEN_LISTS.some((name) => path.endsWith(`.${name}`))
  const missing = facts.filter((fact) => !given.some((entry) => assetOf(entry) === assetOf(fact)))
  const absent = isOpen ? [] : missing.map((fact) => `${path} lacks ${assetOf(fact)}, which is as good as zero`)
  return [
    ...absent,
    ...given.flatMap((entry) => {
      const fact = facts.find((one) => assetOf(one) === assetOf(entry))
      if (fact !== undefined) return different(entry, fact, `${path}.${assetOf(entry)}`)
      const amount = isObject(entry) ? entry.amount : undefined
      return isUnknown(amount) || (amount === 0n && !isOpen)
        ? []
        : [`${path} has ${assetOf(entry)}, which is not there`]
    }),
  ]
}

function isBetter(given: Health, fact: Health): boolean {
  if (given.status === 'unknown') return false
  if (given.status === 'no-debt') return fact.status !== 'no-debt'
  // A debt that is not there makes it worse, and is found among the debts.
  return fact.status === 'known' && given.factor > fact.factor
}

function assetOf(entry: unknown): string | undefined {
  const asset = isObject(entry) ? entry.asset : undefined
  return isObject(asset) && typeof asset.address === 'string' ? asset.address : undefined
}

function isUnknown(value: unknown): value is { readonly issues: readonly unknown[] } {
  return isObject(value) && value.status === 'unknown' && Array.isArray(value.issues)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function written(value: unknown): string {
  return typeof value === 'object'
    ? JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? `${one}n` : one))
    : `${String(value)}`
}
