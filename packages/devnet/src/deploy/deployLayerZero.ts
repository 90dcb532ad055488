import { type Address, encodeAbiParameters, keccak256, stringToHex, zeroAddress } from 'viem'
import { type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'
import { layerZero } from '../artifacts/Artifact.ts'
import type { ChainSpec } from '../ChainSpec.ts'
import type { Deployed, Deployment } from './Deployment.ts'

/** A decentralised verifier: its contract on one chain, and the key that it signs with. */
export type Dvn = {
  readonly contract: Deployed
  /** Its own number, part of what it signs. */
  readonly vid: number
  readonly signer: PrivateKeyAccount
}

/** LayerZero V2 on one chain. */
export type LayerZeroStack = {
  readonly eid: number
  readonly endpoint: Deployed
  readonly sendLibrary: Deployed
  readonly receiveLibrary: Deployed
  readonly priceFeed: Deployed
  readonly executor: Deployed
  /** Both are required for every message. */
  readonly dvns: readonly [Dvn, Dvn]
  readonly endpointView: Deployed
  readonly receiveLibraryView: Deployed
}

/** How the default and the pinned configuration of every pathway are encoded. */
export const ULN_CONFIG = {
  type: 'tuple',
  components: [
    { name: 'confirmations', type: 'uint64' },
    { name: 'requiredDVNCount', type: 'uint8' },
    { name: 'optionalDVNCount', type: 'uint8' },
    { name: 'optionalDVNThreshold', type: 'uint8' },
    { name: 'requiredDVNs', type: 'address[]' },
    { name: 'optionalDVNs', type: 'address[]' },
  ],
} as const

/** What a DVN attests to have waited for; local chains do not reorganise. */
export const CONFIRMATIONS = 1n
export const MAX_MESSAGE_SIZE = 10_000

const TREASURY_GAS = 100_000n
const NATIVE_DECIMALS_RATE = 10n ** 18n
const FEE_MULTIPLIER_BPS = 12_000
const ONE_GWEI = 10n ** 9n
/** Every chain here pays in ETH: one to one, in the price feed's denominator. */
const PRICE_RATIO = 10n ** 20n
const ETHEREUM_EID = 101
const MAX_NATIVE_DROP = 10n ** 18n

/** Deploys the stack of one chain. `worker` is who may submit for DVNs and executor. */
export function deployLayerZero(deployment: Deployment, spec: ChainSpec, worker: Address): LayerZeroStack {
  const { from, deploy, call } = deployment
  const admins = [from, worker]
  const endpoint = deploy(layerZero('EndpointV2'), [spec.eid, from])
  const sendLibrary = deploy(layerZero('uln/uln302/SendUln302'), [endpoint.address, TREASURY_GAS, NATIVE_DECIMALS_RATE])
  const receiveLibrary = deploy(layerZero('uln/uln302/ReceiveUln302'), [endpoint.address])
  const treasury = deploy(layerZero('Treasury'))
  const priceFeed = deploy(layerZero('PriceFeed'))
  call(priceFeed, 'initialize', [from])
  const executorFeeLib = deploy(layerZero('ExecutorFeeLib'), [spec.eid, NATIVE_DECIMALS_RATE])
  const executor = deploy(layerZero('Executor'))
  call(executor, 'initialize', [endpoint.address, zeroAddress, [sendLibrary.address], priceFeed.address, from, admins])
  call(executor, 'setWorkerFeeLib', [executorFeeLib.address])
  const dvnFeeLib = deploy(layerZero('uln/dvn/DVNFeeLib'), [spec.eid, NATIVE_DECIMALS_RATE])
  const deployDvn = (name: string, vid: number): Dvn => {
    const signer = privateKeyToAccount(keccak256(stringToHex(`unimargin devnet dvn ${name}`)))
    const parameters = [spec.eid, vid, [sendLibrary.address], priceFeed.address, [signer.address], 1n, admins]
    const contract = deploy(layerZero('uln/dvn/DVN'), parameters)
    call(contract, 'setWorkerFeeLib', [dvnFeeLib.address])
    return { contract, vid, signer }
  }
  const dvns = [deployDvn('a', 1), deployDvn('b', 2)] as const
  const endpointView = deploy(layerZero('EndpointV2View'))
  call(endpointView, 'initialize', [endpoint.address])
  const receiveLibraryView = deploy(layerZero('uln/uln302/ReceiveUln302View'))
  call(receiveLibraryView, 'initialize', [endpoint.address, receiveLibrary.address])
  call(sendLibrary, 'setTreasury', [treasury.address])
  call(endpoint, 'registerLibrary', [sendLibrary.address])
  call(endpoint, 'registerLibrary', [receiveLibrary.address])
  return {
    eid: spec.eid,
    endpoint,
    sendLibrary,
    receiveLibrary,
    priceFeed,
    executor,
    dvns,
    endpointView,
    receiveLibraryView,
  }
}

/** Opens the pathways from and to the other chains. */
export function connectLayerZero(deployment: Deployment, stack: LayerZeroStack, remotes: readonly ChainSpec[]): void {
  if (remotes.length === 0) return
  const { call } = deployment
  const { endpoint, sendLibrary, receiveLibrary, priceFeed, executor, dvns } = stack
  setPrices(deployment, priceFeed, remotes)
  const eids = remotes.map(({ eid }) => eid)
  call(executor, 'setDstConfig', [
    eids.map((dstEid) => ({
      dstEid,
      lzReceiveBaseGas: 100_000n,
      lzComposeBaseGas: 80_000n,
      multiplierBps: FEE_MULTIPLIER_BPS,
      floorMarginUSD: 0n,
      nativeCap: MAX_NATIVE_DROP,
    })),
  ])
  for (const { contract } of dvns) {
    call(contract, 'setDstConfig', [
      eids.map((dstEid) => ({ dstEid, gas: 150_000n, multiplierBps: FEE_MULTIPLIER_BPS, floorMarginUSD: 0n })),
    ])
  }
  const ulnConfigs = eids.map((eid) => ({ eid, config: ulnConfig(stack) }))
  call(sendLibrary, 'setDefaultUlnConfigs', [ulnConfigs])
  call(receiveLibrary, 'setDefaultUlnConfigs', [ulnConfigs])
  call(sendLibrary, 'setDefaultExecutorConfigs', [
    eids.map((eid) => ({ eid, config: { maxMessageSize: MAX_MESSAGE_SIZE, executor: executor.address } })),
  ])
  // Last: the endpoint asks the libraries whether they support the remote.
  for (const eid of eids) {
    call(endpoint, 'setDefaultSendLibrary', [eid, sendLibrary.address])
    call(endpoint, 'setDefaultReceiveLibrary', [eid, receiveLibrary.address, 0n])
  }
}

/** Pins libraries, executor and both DVNs for an OApp, so that nobody's change of a default touches it. */
export function pinLibraries(
  { call }: Deployment,
  stack: LayerZeroStack,
  oapp: Address,
  remotes: readonly ChainSpec[],
): void {
  const { endpoint, sendLibrary, receiveLibrary, executor } = stack
  const uln = encodeAbiParameters([ULN_CONFIG], [ulnConfig(stack)])
  const execution = encodeAbiParameters(
    [
      {
        type: 'tuple',
        components: [
          { name: 'maxMessageSize', type: 'uint32' },
          { name: 'executor', type: 'address' },
        ],
      },
    ],
    [{ maxMessageSize: MAX_MESSAGE_SIZE, executor: executor.address }],
  )
  for (const { eid } of remotes) {
    call(endpoint, 'setSendLibrary', [oapp, eid, sendLibrary.address])
    call(endpoint, 'setReceiveLibrary', [oapp, eid, receiveLibrary.address, 0n])
    const ulnParameter = { eid, configType: 2, config: uln }
    call(endpoint, 'setConfig', [oapp, sendLibrary.address, [{ eid, configType: 1, config: execution }, ulnParameter]])
    call(endpoint, 'setConfig', [oapp, receiveLibrary.address, [ulnParameter]])
  }
}

function ulnConfig({ dvns }: LayerZeroStack) {
  const requiredDVNs = dvns
    .map(({ contract }) => contract.address)
    // The library wants them sorted, without duplicates.
    .sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1))
  return {
    confirmations: CONFIRMATIONS,
    requiredDVNCount: requiredDVNs.length,
    optionalDVNCount: 0,
    optionalDVNThreshold: 0,
    requiredDVNs,
    optionalDVNs: [],
  }
}

/** The price feed counts mainnet endpoints without their 30000. */
function setPrices({ call }: Deployment, priceFeed: Deployed, remotes: readonly ChainSpec[]): void {
  const price = { priceRatio: PRICE_RATIO, gasPriceInUnit: ONE_GWEI, gasPerByte: 16 }
  call(priceFeed, 'setNativeTokenPriceUSD', [2_500n * PRICE_RATIO])
  call(priceFeed, 'setEidToModelType', [
    remotes.map(({ eid, feeModel }) => ({ dstEid: eid % 30_000, modelType: feeModel })),
  ])
  // The OP stack's model asks for the price of Ethereum as well.
  const eids = [ETHEREUM_EID, ...remotes.filter(({ feeModel }) => feeModel !== 1).map(({ eid }) => eid % 30_000)]
  call(priceFeed, 'setPrice', [eids.map((eid) => ({ eid, price }))])
  for (const { eid } of remotes.filter(({ feeModel }) => feeModel === 1)) {
    call(priceFeed, 'setPriceForArbitrum', [
      { eid: eid % 30_000, price, extend: { gasPerL2Tx: 0n, gasPerL1CallDataByte: 16 } },
    ])
  }
}
