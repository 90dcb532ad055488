import { parseAbi, zeroAddress } from 'viem'
import type { Address } from '../../model/Hex.ts'
import type { RouteVerifier } from '../../model/Route.ts'
import type { MockContracts, MockPart } from '../chain/MockPart.ts'
import { mockContract } from '../chain/mockContract.ts'
import { mockAddress } from '../mockAddress.ts'

/** What is wrong with the paths of a mocked bus, in the words of `gradeRoute`. */
export type MockRouteDoubt = 'unpinned-library' | 'one-verifier' | 'default-verifiers'

const libraryAbi = parseAbi([
  'struct Uln { uint64 confirmations; uint8 requiredDVNCount; uint8 optionalDVNCount; uint8 optionalDVNThreshold; address[] requiredDVNs; address[] optionalDVNs; }',
  'struct Execution { uint32 maxMessageSize; address executor; }',
  'function getUlnConfig(address app, uint32 eid) view returns (Uln)',
  'function getAppUlnConfig(address app, uint32 eid) view returns (Uln)',
  'function getExecutorConfig(address app, uint32 eid) view returns (Execution)',
  'function executorConfigs(address app, uint32 eid) view returns (uint32 maxMessageSize, address executor)',
])
const verifierAbi = parseAbi([
  'function getFee(uint32 eid, uint64 confirmations, address app, bytes options) view returns (uint256)',
])

const NAMES = ['first', 'second'] as const
const CONFIRMATIONS = 1n
const MAX_MESSAGE_SIZE = 10_000

/** The libraries of one chain. */
export const libraries = (chainId: number) => ({
  send: mockAddress(`send library of ${chainId}`),
  receive: mockAddress(`receive library of ${chainId}`),
  blocked: mockAddress(`blocked library of ${chainId}`),
})

/** Who verifies on these chains. */
export function mockVerifiers(chainIds: readonly number[]): readonly RouteVerifier[] {
  return NAMES.map((name) => ({
    name: `${name} mock verifier`,
    contracts: chainIds.map((chainId) => ({ chainId, address: verifierAddress(chainId, name) })),
  }))
}

/** The message libraries and the verifiers of one chain, as far as somebody looks at them: all paths are alike. */
export function pathsPart(chainId: number, doubts: readonly MockRouteDoubt[]): MockPart {
  const names = doubts.includes('one-verifier') ? NAMES.slice(0, 1) : NAMES
  const requiredDVNs = names
    .map((name) => verifierAddress(chainId, name))
    .sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1))
  const none = { optionalDVNCount: 0, optionalDVNThreshold: 0, optionalDVNs: [] }
  const uln = { ...none, confirmations: CONFIRMATIONS, requiredDVNCount: requiredDVNs.length, requiredDVNs }
  const own = doubts.includes('default-verifiers')
    ? { ...none, confirmations: 0n, requiredDVNCount: 0, requiredDVNs: [] }
    : uln
  const executor = mockAddress(`executor of ${chainId}`)
  const library = mockContract(libraryAbi, {
    getUlnConfig: () => uln,
    getAppUlnConfig: () => own,
    getExecutorConfig: () => ({ maxMessageSize: MAX_MESSAGE_SIZE, executor }),
    executorConfigs: () => [MAX_MESSAGE_SIZE, executor],
  })
  const verifier = mockContract(verifierAbi, { getFee: () => 0n })
  const { send, receive } = libraries(chainId)
  const contracts: MockContracts = {
    [send]: library,
    [receive]: library,
    ...Object.fromEntries(NAMES.map((name) => [verifierAddress(chainId, name), verifier])),
  }
  return { key: `paths:${chainId}`, contracts: () => contracts }
}

/** What an endpoint says of its paths. */
export function pathFunctions(chainId: number, isDefault: boolean) {
  const { send, receive, blocked } = libraries(chainId)
  return {
    blockedLibrary: () => blocked,
    getSendLibrary: () => send,
    isDefaultSendLibrary: () => isDefault,
    getReceiveLibrary: () => [receive, isDefault] as const,
    receiveLibraryTimeout: () => [zeroAddress, 0n] as const,
    isValidReceiveLibrary: () => false,
    delegates: () => zeroAddress,
  }
}

function verifierAddress(chainId: number, name: (typeof NAMES)[number]): Address {
  return mockAddress(`${name} verifier of ${chainId}`)
}
