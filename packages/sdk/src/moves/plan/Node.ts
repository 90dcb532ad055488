import type * as Order from './Order.ts'

/** For an option: left open, out of use, in use. */
export const [FREE, OFF, ON] = [0, 1, 2]
/** For a party that is below its floor: left open, gives nothing, keeps it. */
export const [OPEN, SILENT, GIVING] = [0, 1, 2]

/** A part of everything that could be done: what was decided so far. */
export type Node = {
  /** For each option whether it is left open, out of use or in use. */
  readonly choice: Uint8Array
  /** For each party that is below its floor whether it is left open, gives nothing, or keeps it. */
  readonly giving: Uint8Array
  /** Which parties give before which: what reaches them later does not help them to keep a floor. */
  readonly turns: Order.Order
  /** Which steps on one chain are done before which. */
  readonly order: Order.Order
  /** Whole units of single options, both ends among them. */
  readonly ranges: ReadonlyMap<number, Range>
  /** By what each row is narrower than it was read. */
  readonly tightened: Float64Array
  /** How often it was narrowed since the last decision. */
  readonly retries: number
  /** No answer in it costs less: US dollars. */
  readonly bound: number
}

/** How many units there may be. */
export type Range = { readonly from: number; readonly to: number }

/** Nothing decided, but for options that have to be used. */
export function root(counts: { options: number; parties: number; rows: number }, used: readonly number[]): Node {
  const choice = new Uint8Array(counts.options)
  for (const place of used) choice[place] = ON
  return {
    choice,
    giving: new Uint8Array(counts.parties),
    turns: [],
    order: [],
    ranges: new Map(),
    tightened: new Float64Array(counts.rows),
    retries: 0,
    bound: 0,
  }
}

/** The node with one option decided. */
export function choosing(node: Node, place: number, state: number): Node {
  return { ...node, choice: put(node.choice, place, state), retries: 0 }
}

/** The node with one party decided. */
export function letting(node: Node, party: number, state: number): Node {
  return { ...node, giving: put(node.giving, party, state) }
}

/** The node with an order of steps, or of parties. */
export function ordering(node: Node, decided: Partial<Pick<Node, 'turns' | 'order'>>): Node {
  return { ...node, ...decided, retries: 0 }
}

/** The node with how many units one option carries. */
export function ranging(node: Node, place: number, range: Range): Node {
  return { ...node, ranges: new Map(node.ranges).set(place, range), retries: 0 }
}

/** The node with narrower rows. */
export function tightening(node: Node, tightened: Float64Array): Node {
  return { ...node, tightened, retries: node.retries + 1 }
}

/** Its decisions but for the options, as text. */
export function orderKey({ giving, turns, order }: Node): string {
  const text = (of: Order.Order) => of.map(({ first, second }) => `${first}<${second}`)
  return [giving, text(turns), text(order)].join('|')
}

function put(states: Uint8Array, index: number, state: number): Uint8Array {
  const copy = Uint8Array.from(states)
  copy[index] = state
  return copy
}
