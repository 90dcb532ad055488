import { getAddress } from 'viem'
import { base } from 'viem/chains'
import { describe, expect, test } from 'vitest'
import { FakeChain } from '../../test/FakeChain.ts'
import { deployFakeMarket, fakeMarket } from '../../test/fakeMarket.ts'
import { getMarginView } from '../actions/getMarginView.ts'
import { watchMarginView } from '../actions/watchMarginView.ts'
import * as Wad from '../units/Wad.ts'
import { createMarginClient } from './createMarginClient.ts'
import { createMarginContext } from './createMarginContext.ts'

const owner = getAddress('0x00000000000000000000000000000000000a11ce')
const pool = getAddress('0x0000000000000000000000000000000000000900')

function setUp() {
  const chain = new FakeChain({ chainId: base.id })
  deployFakeMarket(chain, pool, { price: () => Wad.WAD, holdings: {} })
  const adapters = [fakeMarket({ chainId: base.id, pool })]
  return { chain, config: { chains: [base], transports: { [base.id]: chain.transport }, adapters } }
}

describe('createMarginContext', () => {
  test('default: the free functions give what the actions of a client give', async () => {
    const { config } = setUp()
    const byContext = await getMarginView(createMarginContext(config), { owner })
    const byClient = await createMarginClient(config).getMarginView({ owner })
    expect(byContext.positions).toHaveLength(1)
    expect(byContext.positions).toEqual(byClient.positions)
  })

  test('behavior: what goes by it ends when it is closed, and nothing can be asked any more', async () => {
    const { chain, config } = setUp()
    const context = createMarginContext(config)
    chain.intercept = () => new Promise(() => {})
    const view = getMarginView(context, { owner })
    const watch = watchMarginView(context, { owner })
    context.close()
    expect((await view).verdict).toBe('unknown')
    expect(watch.state).toBe('closed')
    const asked = chain.requests.length
    const { chains } = await getMarginView(context, { owner })
    expect(chains).toMatchObject([{ status: 'unread', reason: 'The margin client is closed.' }])
    expect(chain.requests).toHaveLength(asked)
  })

  test('behavior: immutable', () => {
    expect(Object.isFrozen(createMarginContext(setUp().config))).toBe(true)
  })
})
