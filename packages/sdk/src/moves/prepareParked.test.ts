import { encodeErrorResult, encodeFunctionData } from 'viem'
import { describe, expect, test } from 'vitest'
import { GUID, stage } from '../../../../test/fixtures/fakeChain.ts'
import { endpoint, owner, router } from '../../../../test/fixtures/moves.ts'
import { collateralRouterAbi as abi } from './generated/collateralRouterAbi.ts'
import { prepareClaim } from './prepareClaim.ts'
import { prepareRetry } from './prepareRetry.ts'

const named = (name: string) => expect.objectContaining({ name })
const parked = { chainId: 20, guid: GUID, caller: owner }

function scene(arrival = 2) {
  const { client, destination } = stage()
  destination.state.arrival = arrival
  return { client, destination }
}

describe('prepareRetry', () => {
  test('default', async () => {
    const { client, destination } = scene()
    const data = encodeFunctionData({ abi, functionName: 'retry', args: [GUID] })
    expect(await prepareRetry(client, parked)).toEqual({ chainId: 20, to: router, data, value: 0n })
    // The recovery address, which the fake chain knows by another name.
    expect(await prepareRetry(client, { ...parked, caller: endpoint })).toMatchObject({ data })
    expect(destination.state.sent).toEqual([])
  })

  test('error: CallRevertedError when the market still refuses', async () => {
    const { client, destination } = scene()
    const plainAbi = [{ type: 'error', name: 'Error', inputs: [{ type: 'string' }] }] as const
    destination.state.revertSend = encodeErrorResult({ abi: plainAbi, errorName: 'Error', args: ['28'] })
    await expect(prepareRetry(client, parked)).rejects.toThrowErrorMatchingInlineSnapshot(`
      [CallRevertedError: \`retry\` would revert: the reserve is frozen (28).
      Chain: 20
      Error: 28
      It was not sent. Read the margin view again before you try once more.]
    `)
  })

  test('error: NotOwnerError, NotParkedError, InvalidAddressError, UnknownRouterError, UnknownChainError', async () => {
    const { client } = scene()
    await expect(prepareRetry(client, { ...parked, caller: router })).rejects.toThrowError(named('NotOwnerError'))
    await expect(prepareRetry(client, { ...parked, caller: '0x' })).rejects.toThrowError(named('InvalidAddressError'))
    await expect(prepareRetry(client, { ...parked, chainId: 99 })).rejects.toThrowError(named('UnknownChainError'))
    await expect(prepareRetry({ ...client, routers: [] }, parked)).rejects.toThrowError(named('UnknownRouterError'))
    for (const arrival of [0, 1, 3]) {
      await expect(prepareRetry(scene(arrival).client, parked)).rejects.toThrowError(named('NotParkedError'))
    }
  })
})

describe('prepareClaim', () => {
  test('default', async () => {
    const { client } = scene()
    const data = encodeFunctionData({ abi, functionName: 'claim', args: [GUID, endpoint] })
    expect(await prepareClaim(client, { ...parked, to: endpoint })).toEqual({
      chainId: 20,
      to: router,
      data,
      value: 0n,
    })
  })

  test('error: InvalidAddressError', async () => {
    const { client } = scene()
    await expect(prepareClaim(client, { ...parked, to: '0x12' })).rejects.toThrowError(named('InvalidAddressError'))
  })
})
