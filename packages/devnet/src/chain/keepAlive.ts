import * as Node from './Node.ts'

/**
 * Mines an empty block on each chain that made none between two looks. A real chain goes on while nobody uses it; one that
 * stands still is what a client takes for a dead node. Keeps no process alive.
 *
 * @returns what ends it; it resolves when nothing is under way any more.
 */
export function keepAlive(
  nodes: readonly Node.Node[],
  { interval }: { readonly interval: number },
): () => Promise<void> {
  const seen = new Map<Node.Node, unknown>()
  let round = Promise.resolve()
  let isOver = false

  const look = async (node: Node.Node): Promise<void> => {
    const number = await Node.request(node, 'eth_blockNumber')
    if (seen.get(node) === number && !isOver) await node.mining(() => Node.request(node, 'evm_mine'))
    seen.set(node, await Node.request(node, 'eth_blockNumber'))
  }
  const timer = setInterval(() => {
    // A node that is being shut down, or is too busy to answer, is looked at the next time.
    round = round.then(async () => void (await Promise.allSettled(isOver ? [] : nodes.map(look))))
  }, interval)
  timer.unref()
  return () => {
    isOver = true
    clearInterval(timer)
    return round
  }
}
