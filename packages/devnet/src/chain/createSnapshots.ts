import { UnknownSnapshotError } from '../errors/UnknownSnapshotError.ts'
import * as Node from './Node.ts'

/** States of several chains, and of something else that belongs to them. */
export type Snapshots<extra> = {
  readonly take: (extra: extra) => Promise<number>
  /** @throws UnknownSnapshotError */
  readonly revert: (id: number) => Promise<extra>
}

type Taken<extra> = { readonly nodeIds: readonly unknown[]; readonly extra: extra }

export function createSnapshots<extra>(nodes: readonly Node.Node[]): Snapshots<extra> {
  const taken = new Map<number, Taken<extra>>()
  let count = 0
  const snapshotNodes = () => Promise.all(nodes.map((node) => Node.request(node, 'evm_snapshot')))
  return {
    take: async (extra) => {
      count += 1
      taken.set(count, { nodeIds: await snapshotNodes(), extra })
      return count
    },
    revert: async (id) => {
      const snapshot = taken.get(id)
      if (snapshot === undefined) throw new UnknownSnapshotError()
      const { nodeIds, extra } = snapshot
      const reverted = await Promise.all(nodes.map((node, index) => Node.request(node, 'evm_revert', [nodeIds[index]])))
      for (const later of [...taken.keys()].filter((other) => other >= id)) taken.delete(later)
      if (!reverted.every((answer) => answer === true)) throw new UnknownSnapshotError()
      // A chain forgets a snapshot that it went back to.
      taken.set(id, { nodeIds: await snapshotNodes(), extra })
      // The state goes back, time does not: the old head would look like that of a node that is behind.
      await Promise.all(nodes.map((node) => node.mining(() => Node.request(node, 'evm_mine'))))
      return extra
    },
  }
}
