import { zeroAddress } from 'viem'
import type { Address, Hex } from '../../model/Hex.ts'
import type { ReadResult } from '../../model/ReadResult.ts'
import * as Read from '../../reads/Read.ts'
import { isSame } from '../WhatIf.ts'
import type { ReceivingSide, RouteLibrary, RouteSide, SendingSide, Verification, VerifierProbe } from './RouteGrade.ts'
import { appAbi, endpointAbi, libraryAbi, oftAbi, verifierAbi } from './routeAbi.ts'

/**
 * Reads of one end of a route. What an end is set up with is known in three steps, each of which depends on the one before:
 * its library, what the library knows of its verifiers, and what these say.
 */

/** One end of a route, as its chain knows it. */
export type RouteEndpoint = {
  readonly chainId: number
  readonly kind: 'oft' | 'stargate'
  readonly endpoint: Address
  readonly oft: Address
  readonly app: Address
  readonly remoteEid: number
}

/** In LayerZero's configurations: set by the app to nothing, rather than not set. */
const NIL = 255
/** By which options an app adds to a message with a compose: an OFT to such a one, Stargate to every taxi. */
const MESSAGE_KIND = { oft: 2, stargate: 1 } as const
/** Of a pool. */
const PAUSED = 3
const NOTHING: Hex = '0x'
const NOBODY: Hex = `0x${'00'.repeat(32)}`

const NO_LIBRARY: ReadResult<never> = { status: 'unavailable', reason: 'the library refuses everything' }

type Path = Pick<RouteSide, 'library' | 'verification' | 'verifiers'> & Pick<SendingSide, 'executor'>

/** What the sending end says. */
export function sending(end: RouteEndpoint): Read.Read<Omit<SendingSide, 'block'>> {
  const { app, oft, endpoint, remoteEid } = end
  const library = Read.map(
    Read.all([
      Read.call({ to: endpoint, abi: endpointAbi, functionName: 'getSendLibrary', args: [app, remoteEid] }),
      Read.call({ to: endpoint, abi: endpointAbi, functionName: 'isDefaultSendLibrary', args: [app, remoteEid] }),
      Read.call({ to: endpoint, abi: endpointAbi, functionName: 'blockedLibrary' }),
    ]),
    ([address, isDefault, blocked]): RouteLibrary => ({
      address,
      isPinned: !isDefault,
      isBlocked: isSame(address, blocked),
    }),
  )
  const executor = (to: Address) =>
    Read.map(
      Read.all([
        Read.call({ to, abi: libraryAbi, functionName: 'getExecutorConfig', args: [app, remoteEid] }),
        Read.call({ to, abi: libraryAbi, functionName: 'executorConfigs', args: [app, remoteEid] }),
      ]),
      ([{ executor: address, maxMessageSize }, [, own]]) => ({
        address,
        maxMessageSize,
        isOwn: !isSame(own, zeroAddress),
      }),
    )
  const args = [remoteEid, MESSAGE_KIND[end.kind]] as const
  const options = Read.call({ to: app, abi: appAbi, functionName: 'enforcedOptions', args })
  const inspector = Read.call({ to: app, abi: appAbi, functionName: 'msgInspector' })
  const capacity: Read.Read<ReadResult<bigint | undefined>> =
    end.kind === 'oft'
      ? rateLimit(oft, remoteEid)
      : Read.settle(Read.map(terms(oft, remoteEid, 0n), ([limit]) => limit.maxAmountLD))
  return Read.map(
    Read.all([common(end), pathOf(end, library, executor), ifAny(options), ifAny(inspector), capacity]),
    ([facts, path, enforcedOptions, inspecting, sendable]) => ({
      ...facts,
      ...path,
      enforcedOptions,
      inspector: unlessZero(inspecting),
      capacity: sendable,
    }),
  )
}

/** What the receiving end says. */
export function receiving(end: RouteEndpoint): Read.Read<Omit<ReceivingSide, 'block'>> {
  const { app, endpoint, remoteEid } = end
  const library = Read.map(
    Read.all([
      Read.call({ to: endpoint, abi: endpointAbi, functionName: 'getReceiveLibrary', args: [app, remoteEid] }),
      Read.call({ to: endpoint, abi: endpointAbi, functionName: 'blockedLibrary' }),
    ]),
    ([[address, isDefault], blocked]): RouteLibrary => ({
      address,
      isPinned: !isDefault,
      isBlocked: isSame(address, blocked),
    }),
  )
  const left = Read.call({
    to: endpoint,
    abi: endpointAbi,
    functionName: 'receiveLibraryTimeout',
    args: [app, remoteEid],
  })
  // The endpoint knows by which count of blocks the time of an old library ends.
  const oldLibrary = Read.andThen(left, ([old]): Read.Read<Address | undefined> => {
    if (isSame(old, zeroAddress)) return Read.succeed(undefined)
    const args = [app, remoteEid, old] as const
    const valid = Read.call({ to: endpoint, abi: endpointAbi, functionName: 'isValidReceiveLibrary', args })
    return Read.map(valid, (isValid) => (isValid ? old : undefined))
  })
  return Read.map(
    Read.all([common(end), pathOf(end, library), Read.settle(oldLibrary)]),
    ([facts, { library, verification, verifiers }, old]) => ({
      ...facts,
      library,
      verification,
      verifiers,
      oldLibrary: old,
    }),
  )
}

/** Base units that an OFT lets out now; `undefined` where it has no rate limit. */
export function rateLimit(oft: Address, dstEid: number): Read.Read<ReadResult<bigint | undefined>> {
  const read = Read.call({ to: oft, abi: oftAbi, functionName: 'getAmountCanBeSent', args: [dstEid] })
  return ifAny(Read.map(read, ([, amount]) => amount))
}

/** What the OFT would do with an amount: its limits, its fees, and what would leave and arrive. */
export function terms(oft: Address, dstEid: number, amountLD: bigint) {
  const param = { dstEid, to: NOBODY, amountLD, minAmountLD: 0n }
  const args = [{ ...param, extraOptions: NOTHING, composeMsg: NOTHING, oftCmd: NOTHING }] as const
  return Read.call({ to: oft, abi: oftAbi, functionName: 'quoteOFT', args })
}

function common(end: RouteEndpoint) {
  const { chainId, app, oft, endpoint, remoteEid } = end
  const pool =
    end.kind === 'oft'
      ? Read.succeed(undefined)
      : Read.settle(
          Read.map(
            Read.all([
              Read.call({ to: oft, abi: oftAbi, functionName: 'getAddressConfig' }),
              Read.call({ to: app, abi: appAbi, functionName: 'assetIds', args: [oft] }),
              Read.call({ to: oft, abi: oftAbi, functionName: 'status' }),
            ]),
            ([{ tokenMessaging }, assetId, status]) => ({
              messaging: tokenMessaging,
              assetId,
              isPaused: status === PAUSED,
            }),
          ),
        )
  return Read.map(
    Read.all([
      Read.settle(Read.call({ to: app, abi: appAbi, functionName: 'peers', args: [remoteEid] })),
      Read.settle(Read.call({ to: oft, abi: oftAbi, functionName: 'token' })),
      Read.settle(Read.call({ to: oft, abi: oftAbi, functionName: 'sharedDecimals' })),
      ifAny(Read.call({ to: app, abi: appAbi, functionName: 'owner' })),
      ifAny(Read.call({ to: endpoint, abi: endpointAbi, functionName: 'delegates', args: [app] })),
      pool,
    ]),
    ([peer, token, sharedDecimals, owner, delegate, poolFacts]) => ({
      chainId,
      app,
      peer,
      token,
      sharedDecimals,
      owner: unlessZero(owner),
      delegate: unlessZero(delegate),
      ...(poolFacts === undefined ? {} : { pool: poolFacts }),
    }),
  )
}

/** The library, then what it knows of the verifiers, then what these say. Every part succeeds or fails by itself. */
function pathOf(
  end: RouteEndpoint,
  library: Read.Read<RouteLibrary>,
  executorOf?: (library: Address) => Read.Read<{ address: Address; maxMessageSize: number; isOwn: boolean }>,
): Read.Read<Path> {
  return Read.andThen(Read.settle(library), (found): Read.Read<Path> => {
    if (found.status !== 'ok' || found.value.isBlocked) {
      const failure = found.status === 'ok' ? NO_LIBRARY : found
      return Read.succeed({ library: found, verification: failure, executor: failure, verifiers: [] })
    }
    const to = found.value.address
    const executor: Read.Read<Path['executor']> =
      executorOf === undefined ? Read.succeed(NO_LIBRARY) : Read.settle(executorOf(to))
    const both = Read.all([Read.settle(verificationOf(end, to)), executor])
    return Read.andThen(both, ([verification, delivery]) =>
      Read.map(Read.all(probesOf(end, verification)), (verifiers) => ({
        library: found,
        verification,
        executor: delivery,
        verifiers,
      })),
    )
  })
}

function verificationOf({ app, remoteEid }: RouteEndpoint, to: Address): Read.Read<Verification> {
  return Read.andThen(
    Read.all([
      Read.call({ to, abi: libraryAbi, functionName: 'getUlnConfig', args: [app, remoteEid] }),
      Read.call({ to, abi: libraryAbi, functionName: 'getAppUlnConfig', args: [app, remoteEid] }),
    ]),
    ([all, own]): Read.Read<Verification> => {
      // The library never gives these: lists of another length are no answer, and could be endless.
      const fits = (count: number, list: readonly Address[]) => list.length === (count === NIL ? 0 : count)
      const isWhole = [all, own].every(
        (config) =>
          fits(config.requiredDVNCount, config.requiredDVNs) && fits(config.optionalDVNCount, config.optionalDVNs),
      )
      if (!isWhole) return Read.fail({ status: 'unavailable', reason: 'the verifiers are not as many as they are' })
      return Read.succeed({
        confirmations: all.confirmations,
        required: all.requiredDVNs,
        optional: all.optionalDVNs,
        threshold: all.optionalDVNThreshold,
        own: {
          required: own.requiredDVNs,
          optional: own.optionalDVNs,
          threshold: own.optionalDVNThreshold,
          confirmations: own.confirmations !== 0n,
        },
      })
    },
  )
}

function probesOf(
  { app, remoteEid }: RouteEndpoint,
  verification: ReadResult<Verification>,
): readonly Read.Read<VerifierProbe>[] {
  if (verification.status !== 'ok') return []
  const { required, optional, confirmations } = verification.value
  const distinct = [...required, ...optional.filter((one) => !required.some((other) => isSame(one, other)))]
  return distinct.map((address) => {
    const args = [remoteEid, confirmations, app, NOTHING] as const
    const fee = Read.call({ to: address, abi: verifierAbi, functionName: 'getFee', args })
    return Read.map(Read.settle(fee), (result): VerifierProbe => probeOf(address, result))
  })
}

function probeOf(address: Address, result: ReadResult<bigint>): VerifierProbe {
  if (result.status === 'ok') return { address, answer: 'works' }
  const { reason } = result
  if (result.status !== 'reverted') return { address, answer: 'unknown', reason }
  // What LayerZero's placeholder (LZDeadDVN) says whatever it is asked.
  return { address, answer: reason.includes('Please set your OApp') ? 'dead' : 'refuses', reason }
}

/** A value that not every contract has: one that refuses the question has none. */
function ifAny<value>(read: Read.Read<value>): Read.Read<ReadResult<value | undefined>> {
  return Read.map(Read.settle(read), (result) =>
    result.status === 'reverted' ? { status: 'ok', value: undefined } : result,
  )
}

function unlessZero(result: ReadResult<Address | undefined>): ReadResult<Address | undefined> {
  if (result.status !== 'ok' || result.value === undefined || !isSame(result.value, zeroAddress)) return result
  return { status: 'ok', value: undefined }
}
