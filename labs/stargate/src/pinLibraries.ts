import type { DevnetChain } from '@unimargin/devnet'
import { type Address, encodeAbiParameters } from 'viem'
import { layerZero } from '../../../packages/devnet/src/artifacts/Artifact.ts'
import type { Deployment } from '../../../packages/devnet/src/deploy/Deployment.ts'
import { CONFIRMATIONS, MAX_MESSAGE_SIZE, ULN_CONFIG } from '../../../packages/devnet/src/deploy/deployLayerZero.ts'

const EXECUTOR_CONFIG = {
  type: 'tuple',
  components: [
    { name: 'maxMessageSize', type: 'uint32' },
    { name: 'executor', type: 'address' },
  ],
} as const

/** Pins libraries, executor and both DVNs of the devnet for a messaging contract, towards one remote. */
export function pinLibraries({ call }: Deployment, chain: DevnetChain, oapp: Address, eid: number): void {
  const endpoint = { address: chain.endpoint, artifact: layerZero('EndpointV2') }
  const { sendLibrary, receiveLibrary, executor, dvns } = chain.addresses
  const requiredDVNs = [...dvns].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1))
  const uln = encodeAbiParameters(
    [ULN_CONFIG],
    [
      {
        confirmations: CONFIRMATIONS,
        requiredDVNCount: requiredDVNs.length,
        optionalDVNCount: 0,
        optionalDVNThreshold: 0,
        requiredDVNs,
        optionalDVNs: [],
      },
    ],
  )
  const execution = encodeAbiParameters([EXECUTOR_CONFIG], [{ maxMessageSize: MAX_MESSAGE_SIZE, executor }])
  call(endpoint, 'setSendLibrary', [oapp, eid, sendLibrary])
  call(endpoint, 'setReceiveLibrary', [oapp, eid, receiveLibrary, 0n])
  const ulnParameter = { eid, configType: 2, config: uln }
  call(endpoint, 'setConfig', [oapp, sendLibrary, [{ eid, configType: 1, config: execution }, ulnParameter]])
  call(endpoint, 'setConfig', [oapp, receiveLibrary, [ulnParameter]])
}
