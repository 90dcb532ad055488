import { type Address, concatHex, encodeDeployData, getContractAddress, type Hex } from 'viem'
import { type Artifact, link } from '../artifacts/Artifact.ts'
import type * as Node from '../chain/Node.ts'
import { call, DEFAULT_GAS, type Transaction } from '../chain/Transaction.ts'
import { transact } from '../chain/transact.ts'

/** A contract that a deployment put on a chain, or will. */
export type Deployed = { readonly address: Address; readonly artifact: Artifact }

/**
 * Transactions to be sent together. Addresses are known before anything is sent, because they follow from sender and nonce,
 * so that a whole protocol is wired in one block.
 */
export type Deployment = {
  readonly node: Node.Node
  readonly from: Address
  /** Queues the creation of a contract; its address holds once `flush` has resolved. */
  readonly deploy: (
    artifact: Artifact,
    args?: readonly unknown[],
    libraries?: Readonly<Record<string, Address>>,
  ) => Deployed
  readonly call: (target: Deployed, functionName: string, args: readonly unknown[]) => void
  /** Sends what is queued. */
  readonly flush: () => Promise<void>
}

/** Starts a deployment from an impersonated address that has sent `nonce` transactions before. */
export function startDeployment(node: Node.Node, from: Address, nonce: number): Deployment {
  const sent = { count: nonce }
  let queued: Transaction[] = []
  const push = (transaction: Transaction): void => {
    queued.push(transaction)
    sent.count += 1
  }
  return {
    node,
    from,
    deploy: (artifact, args = [], libraries = {}) => {
      const address = getContractAddress({ from, nonce: BigInt(sent.count) })
      const data = creationData(artifact, args, libraries)
      push({ label: `new ${artifact.name}`, from, data, gas: DEFAULT_GAS, abi: artifact.abi })
      return { address, artifact }
    },
    call: ({ address, artifact }, functionName, args) => {
      const transaction = call({ from, to: address, abi: artifact.abi, functionName, args })
      push({ ...transaction, label: `${artifact.name}.${functionName}` })
    },
    flush: async () => {
      const transactions = queued
      queued = []
      await transact(node, transactions)
    },
  }
}

/** Creation code with libraries and constructor arguments. */
export function creationData(
  artifact: Artifact,
  args: readonly unknown[],
  libraries: Readonly<Record<string, Address>> = {},
): Hex {
  const bytecode = link(artifact, libraries)
  const takesArguments = artifact.abi.some((item) => item.type === 'constructor' && item.inputs.length > 0)
  return takesArguments ? encodeDeployData({ abi: artifact.abi, bytecode, args }) : concatHex([bytecode])
}
