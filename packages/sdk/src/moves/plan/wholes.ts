import * as Bounds from './Bounds.ts'
import * as Node from './Node.ts'

/** What is this near to a whole unit is one. */
const NEARLY = 1e-6

/**
 * Parts of a node by how many whole units one option carries: fewer than at its point, as many, or more. Of the options in use the
 * one whose units are worth most, and worth counting; none where each of those has a count already.
 */
export function wholes(bounds: Bounds.Bounds, node: Node.Node, found: Bounds.Optimum): readonly Node.Node[] {
  const { worth, reach, program } = bounds
  let [chosen, most] = [-1, 0]
  for (const place of Bounds.usedIn(found)) {
    const range = node.ranges.get(place)
    if ((worth[place] ?? 0) > most && (range === undefined || range.from < range.to)) {
      ;[chosen, most] = [place, worth[place] ?? 0]
    }
  }
  if (chosen < 0) return []
  const { from, to } = node.ranges.get(chosen) ?? { from: 0, to: Number(program.options[chosen]?.most ?? 0n) }
  const count = Bounds.share(found, chosen) * (reach[chosen] ?? 0)
  const whole = Math.round(count)
  const isWhole = Math.abs(count - whole) < NEARLY
  const parts = isWhole
    ? [
        { from: whole, to: whole },
        { from: whole + 1, to },
        { from, to: whole - 1 },
      ]
    : [
        { from: Math.ceil(count), to },
        { from, to: Math.floor(count) },
      ]
  return parts.filter((part) => part.from <= part.to).map((part) => Node.ranging(node, chosen, part))
}
