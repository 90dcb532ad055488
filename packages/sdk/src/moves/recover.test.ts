import { encodeErrorResult, encodeFunctionData } from 'viem'
import { describe, expect, test } from 'vitest'
import { fakeWallet, stage } from '../../../../test/fixtures/fakeChain.ts'
import { endpoint, owner, router } from '../../../../test/fixtures/moves.ts'
import { collateralRouterAbi as abi } from './generated/collateralRouterAbi.ts'
import { getMoveQuote } from './getMoveQuote.ts'
import { prepareMove } from './prepareMove.ts'
import { recover } from './recover.ts'
import { sendMove } from './sendMove.ts'

// The recovery address of what the fake chain has is `endpoint`.

async function sent() {
  const scene = stage()
  const quote = await getMoveQuote(scene.client, { plan: scene.plan, owner })
  const { intent } = await prepareMove(scene.client, { quote, owner })
  const move = await sendMove(scene.client, { quote, walletClient: fakeWallet(scene.source) })
  return { ...scene, intent, move }
}

async function parked() {
  const scene = await sent()
  scene.destination.state.arrival = 2
  return scene
}

const frozen = encodeErrorResult({
  abi: [{ type: 'error', name: 'Error', inputs: [{ type: 'string' }] }],
  errorName: 'Error',
  args: ['28'],
})

describe('recover', () => {
  test('default: what is parked is retried where the market takes it', async () => {
    const { client, move } = await parked()
    const { actions, advice } = await recover(client, { move })
    expect(actions.map(({ kind, refused }) => [kind, refused])).toEqual([
      ['retry', undefined],
      ['claim', undefined],
    ])
    expect(advice).toBe('The market takes it now: retry it.')
  })

  test('behavior: that the market refuses is said only to those whose call it is', async () => {
    const { client, destination, move } = await parked()
    destination.state.revertSend = frozen
    for (const caller of [owner, endpoint]) {
      const { actions, advice } = await recover(client, { move, caller })
      expect(actions.map(({ kind }) => kind)).toEqual(['claim', 'retry'])
      expect(advice).toContain('The market still refuses it')
    }
    destination.state.revertSend = encodeErrorResult({ abi, errorName: 'NotOwner', args: [router] })
    const stranger = await recover(client, { move, caller: router })
    expect(stranger.actions.every(({ refused }) => refused?.includes('only the owner'))).toBe(true)
    expect(stranger.advice).toBe(
      `${router} may neither retry nor claim it: only the owner, ${owner}, or ${endpoint}, may. Pass who will sign as \`caller\`.`,
    )
  })

  test('behavior: where the owner is a contract of the source alone, the claim is prepared for the recovery address', async () => {
    const { client, source, destination, move } = await parked()
    destination.state.revertSend = encodeErrorResult({ abi, errorName: 'OwnerHasNoCode', args: [owner] })
    source.state.code = '0x60'
    const { actions, advice } = await recover(client, { move })
    const data = encodeFunctionData({ abi, functionName: 'claim', args: [move.guid ?? '0x', endpoint] })
    expect(actions[0]).toMatchObject({ kind: 'claim', call: { to: router, data } })
    expect(advice).toContain(endpoint)
    // An account with a key, by delegation or not, signs there as well.
    source.state.code = `0xef0100${'ab'.repeat(20)}`
    expect((await recover(client, { move })).advice).toContain('The market still refuses it')
  })

  test("behavior: to send it again is the owner's own, whoever asks", async () => {
    const { client, source, intent } = await sent()
    source.state.forgets = true
    const froms: unknown[] = []
    const getClient: typeof client.getClient = (chainId) => {
      const chain = client.getClient(chainId)
      return {
        ...chain,
        request: (asked: { method: string; params?: unknown }, options: never) => {
          if (asked.method === 'eth_estimateGas') froms.push(Object(Object(asked.params)[0]).from)
          return chain.request(asked as never, options)
        },
      } as typeof chain
    }
    const { actions } = await recover({ ...client, getClient }, { move: intent, caller: router })
    expect(actions).toMatchObject([{ kind: 'resend', who: 'owner' }])
    expect(froms).toEqual([owner])
  })
})
