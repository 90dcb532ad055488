import { type PlanMovesParameters, type RiskContext, Wad } from '@unimargin/sdk'
import { type Book, open } from './Book.ts'
import { applies, type Box, copy, decide, OPEN, tighten, UNUSED, USED } from './Box.ts'
import { candidatesOf, type Move } from './candidates.ts'
import { type Row, rowsOf, type Slope, slopeOf } from './rows.ts'
import { costOf, isFeasible, type Sent } from './weigh.ts'

/** What an exhaustive search says. Costs are US dollars, WAD. */
export type BruteForce = {
  /** The cheapest set of amounts that it found and that the rules themselves accept; absent: none. */
  readonly best: { readonly sent: readonly Sent[]; readonly cost: bigint } | undefined
  /** No set of amounts costs less; `undefined`: none exists at all. */
  readonly lowerBound: bigint | undefined
  readonly nodes: number
  readonly moves: readonly Move[]
}

type Options = {
  /** Boxes at most. */
  readonly most?: number
  /** A share of the cost that is not worth a search. */
  readonly close?: number
  /** Base units by which markets may round every arrival down and every withdrawal up: what is found holds all the same. */
  readonly slack?: bigint
}

type Search = {
  readonly book: Book
  readonly parameters: PlanMovesParameters
  readonly moves: readonly Move[]
  readonly slopes: readonly Slope[]
  readonly rows: readonly Row[]
  readonly least: Float64Array
}

type Node = { readonly box: Box; readonly bound: number; readonly point: Float64Array }

const ONE = Number(Wad.WAD)
/** Dollars: boxes are not halved below this width. */
const FINEST = 1e-4

/**
 * Searches all amounts of all moves exhaustively, by halves: each move is done or not, each amount is cut in two until a part can be
 * ruled out, because some row cannot hold in it or because everything in it costs more than what is known. So the grid is as fine
 * as it must be, and what was not looked at is bounded: the best plan costs between `lowerBound` and `best.cost`.
 */
export function bruteForce(
  context: RiskContext,
  parameters: PlanMovesParameters,
  { most = 1_000, close = 1e-5, slack = 0n }: Options = {},
): BruteForce {
  const book = open(context, parameters)
  const moves = candidatesOf(book, parameters)
  const slopes = moves.map((move) => slopeOf(parameters, move))
  const rows = rowsOf(book, parameters, moves)
  const least = Float64Array.from(moves, (move) => dollarsOf(move, move.least))
  const search: Search = { book, parameters, moves, slopes, rows, least }
  let best: BruteForce['best']
  let ceiling = Number.POSITIVE_INFINITY
  /** Of boxes that were given up. */
  let floor = Number.POSITIVE_INFINITY
  const offer = (sent: readonly Sent[]) => {
    const cost = costOf(parameters, sent)
    if (best !== undefined && cost >= best.cost) return
    if (!isFeasible(book, parameters, sent, slack)) return
    best = { sent, cost }
    ceiling = Number(cost) / ONE
  }
  const queue: Node[] = []
  const push = (box: Box) => {
    if (!tighten(box, rows, least)) return
    const { bound, point } = boundOf(search, box)
    if (bound >= ceiling) return
    queue.push({ box, bound, point })
  }
  push({
    use: new Int8Array(moves.length),
    lo: new Float64Array(moves.length),
    hi: Float64Array.from(moves, (move) => dollarsOf(move, move.most)),
  })
  let nodes = 0
  while (queue.length > 0) {
    const node = takeCheapest(queue)
    if (node.bound >= ceiling - Math.max(1e-6, close * ceiling) || nodes >= most) {
      floor = Math.min(floor, node.bound)
      break
    }
    nodes += 1
    for (const sent of roundings(search, node.box, node.point)) offer(sent)
    const children = branch(search, node)
    if (children.length === 0) floor = Math.min(floor, node.bound)
    for (const child of children) push(child)
  }
  const lowest = Math.min(floor, ceiling, ...queue.map(({ bound }) => bound))
  const lowerBound = Number.isFinite(lowest) ? toWad(lowest - 1e-6 - lowest * 1e-9) : undefined
  return { best, lowerBound, nodes, moves }
}

function dollarsOf({ donor, asset, price }: Move, amount: bigint): number {
  return (Number(amount) / 10 ** decimalsOf(donor, asset)) * (Number(price) / ONE)
}

function decimalsOf(donor: Move['donor'], asset: string): number {
  return donor.held.collateral.find((leg) => leg.asset.address === asset)?.asset.decimals ?? 0
}

function toWad(dollars: number): bigint {
  return dollars <= 0 ? 0n : BigInt(Math.round(dollars * 1e9)) * 10n ** 9n
}

function takeCheapest(queue: Node[]): Node {
  let at = 0
  queue.forEach(({ bound }, index) => {
    if (bound < (queue[at]?.bound ?? 0)) at = index
  })
  const [node] = queue.splice(at, 1)
  if (node === undefined) throw new RangeError('an empty queue')
  return node
}

/**
 * What everything in a box costs at least: what it begins with, and for each position what it takes, at the least price, to fill what
 * it lacks, whoever gives it. And the amounts that come of it, which may be feasible.
 */
function boundOf({ moves, slopes, rows }: Search, { use, lo, hi }: Box): { bound: number; point: Float64Array } {
  const point = lo.slice()
  let bound = 0
  slopes.forEach(({ cost, fixed }, index) => {
    if (use[index] === USED) bound += fixed + cost * (lo[index] ?? 0)
  })
  const rate = (index: number) => {
    const { cost, fixed } = slopes[index] ?? { cost: 0, fixed: 0 }
    return cost + (use[index] === OPEN ? fixed / (hi[index] ?? 0) : 0)
  }
  const receivers = new Map<string, number>()
  for (const row of rows) {
    if (row.receiver === undefined) continue
    const inflows = moves.flatMap((_, index) =>
      (row.coefficients[index] ?? 0) > 0 && use[index] !== UNUSED ? [index] : [],
    )
    const weight = (index: number) => row.coefficients[index] ?? 0
    inflows.sort((one, other) => rate(one) / weight(one) - rate(other) / weight(other))
    const fill = (start: Float64Array, into?: Float64Array) => {
      let missing = -row.base
      row.coefficients.forEach((coefficient, index) => {
        missing -= coefficient * (start[index] ?? 0)
      })
      let cost = 0
      for (const index of inflows) {
        if (missing <= 0) break
        const more = Math.min(missing / weight(index), (hi[index] ?? 0) - (start[index] ?? 0))
        if (more <= 0) continue
        missing -= more * weight(index)
        cost += more * rate(index)
        if (into !== undefined) into[index] = (start[index] ?? 0) + more
      }
      return cost
    }
    receivers.set(row.receiver, Math.max(receivers.get(row.receiver) ?? 0, fill(lo)))
    fill(point, point)
  }
  for (const cost of receivers.values()) bound += cost
  // What gives may have to be filled up in turn.
  for (let round = 0; round < 3; round += 1) refill({ moves, rows, use, hi, point, rate })
  return { bound, point }
}

function refill(parameters: {
  readonly moves: readonly Move[]
  readonly rows: readonly Row[]
  readonly use: Int8Array
  readonly hi: Float64Array
  readonly point: Float64Array
  readonly rate: (index: number) => number
}): void {
  const { moves, rows, use, hi, point, rate } = parameters
  for (const { receiver, base, coefficients } of rows) {
    if (receiver === undefined) continue
    let missing = -base
    coefficients.forEach((coefficient, index) => {
      missing -= coefficient * (point[index] ?? 0)
    })
    if (missing <= 0) continue
    const inflows = moves.flatMap((_, index) =>
      (coefficients[index] ?? 0) > 0 && use[index] !== UNUSED ? [index] : [],
    )
    inflows.sort((one, other) => rate(one) / (coefficients[one] ?? 1) - rate(other) / (coefficients[other] ?? 1))
    for (const index of inflows) {
      const more = Math.min(missing / (coefficients[index] ?? 1), (hi[index] ?? 0) - (point[index] ?? 0))
      if (more <= 0) continue
      missing -= more * (coefficients[index] ?? 0)
      point[index] = (point[index] ?? 0) + more
    }
  }
}

/** Whole amounts beside a point: rounded up, and a little more for what is lost to rounding. */
function roundings(
  { moves, least, slopes }: Search,
  { use, hi }: Box,
  point: Float64Array,
): readonly (readonly Sent[])[] {
  const rounded = (units: bigint, share: number) =>
    moves.flatMap((move, index): readonly Sent[] => {
      const dollars = point[index] ?? 0
      if (use[index] === UNUSED || dollars <= 0) return []
      const wanted = Math.max(Math.min(dollars * (1 + share), hi[index] ?? 0), least[index] ?? 0)
      const tokens = wanted * (slopes[index]?.leaves ?? 0)
      const decimals = decimalsOf(move.donor, move.asset)
      const exact = BigInt(Math.ceil(tokens * 1e9)) * 10n ** BigInt(decimals)
      const amount = (exact / (10n ** 9n * move.unit)) * move.unit + units * move.unit
      return [{ move, amount: amount > move.most ? move.most : amount < move.least ? move.least : amount }]
    })
  return [rounded(0n, 0), rounded(1n, 0), rounded(4n, 0), rounded(4n, 1e-9)]
}

/** The parts of a box; none when it is as small as it gets. */
function branch(search: Search, { box, point }: Node): readonly Box[] {
  const { slopes, rows, least } = search
  const { use, lo, hi } = box
  const onOff = (index: number) =>
    [true, false].flatMap((isUsed) => {
      const child = copy(box)
      return decide(child, index, isUsed, least) ? [child] : []
    })
  const regret = (index: number) =>
    use[index] === OPEN && (point[index] ?? 0) > 0
      ? (slopes[index]?.fixed ?? 0) * (1 - (point[index] ?? 0) / (hi[index] ?? 1)) + 1e-12
      : 0
  const open = most(use.length, regret)
  if (open !== undefined && regret(open) > 1e-9) return onOff(open)
  if (open !== undefined) return onOff(open)
  const isLocal = (index: number) => search.moves[index]?.offer === undefined
  const local = search.moves.flatMap((_, index) => (use[index] === USED && isLocal(index) ? [index] : []))
  if (givesAndGets(search, local)) {
    const waiting = most(use.length, (index) => (use[index] === OPEN && isLocal(index) ? (hi[index] ?? 0) : 0))
    if (waiting !== undefined) return onOff(waiting)
    const { done, rows: before } = box.inOrder ?? { done: [], rows: [] }
    const next = local.filter((index) => !done.includes(index))
    if (next.length > 0) {
      return next.map((index) => {
        const order = [...done, index]
        return copy(box, { done: order, rows: [...before, ...rowsAfter(search, order)] })
      })
    }
  }
  const violated = [...rows, ...(box.inOrder?.rows ?? [])].find((row) => {
    if (!applies(row, box)) return false
    let value = row.base
    row.coefficients.forEach((coefficient, index) => {
      value += coefficient * (point[index] ?? 0)
    })
    return value < -1e-6
  })
  const width = (index: number) => (use[index] === USED ? (hi[index] ?? 0) - (lo[index] ?? 0) : 0)
  if (violated !== undefined) {
    const undecided = most(use.length, (index) =>
      use[index] === OPEN ? Math.abs(violated.coefficients[index] ?? 0) * (hi[index] ?? 0) : 0,
    )
    const widest = most(use.length, (index) => Math.abs(violated.coefficients[index] ?? 0) * width(index))
    if (widest !== undefined && width(widest) > FINEST) return halves(box, widest)
    if (undecided !== undefined) return onOff(undecided)
  }
  const widest = most(use.length, width)
  if (widest !== undefined && width(widest) > FINEST) return halves(box, widest)
  const undecided = most(use.length, (index) => (use[index] === OPEN ? (hi[index] ?? 0) : 0))
  return undecided === undefined ? [] : onOff(undecided)
}

/** Whether one position both gives and gets by local moves, so that their order matters. */
function givesAndGets({ moves }: Search, local: readonly number[]): boolean {
  return local.some((one) => local.some((other) => moves[one]?.donor === moves[other]?.receiver))
}

/** The floors of who gave so far, when these local moves are done. */
function rowsAfter({ moves, rows }: Search, done: readonly number[]): readonly Row[] {
  const donors = new Set(done.map((index) => moves[index]?.donor.position.id))
  return rows
    .filter(({ donor }) => donor !== undefined && donors.has(donor))
    .map(({ base, coefficients }) => ({
      base,
      coefficients: coefficients.map((coefficient, index) => (done.includes(index) ? coefficient : 0)),
    }))
}

function halves(box: Box, index: number): readonly Box[] {
  const middle = ((box.lo[index] ?? 0) + (box.hi[index] ?? 0)) / 2
  const [left, right] = [copy(box), copy(box)]
  left.hi[index] = middle
  right.lo[index] = middle
  return [left, right]
}

/** Where a figure is greatest, if it is above zero anywhere. */
function most(count: number, of: (index: number) => number): number | undefined {
  let at: number | undefined
  for (let index = 0; index < count; index += 1) {
    const value = of(index)
    if (value > 0 && (at === undefined || value > of(at))) at = index
  }
  return at
}
