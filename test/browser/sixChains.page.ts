// Takes the place of the example's main.ts: its renderer and its page, and six chains behind them.
import { createMarginClient } from '@unimargin/sdk'
import { Faults } from '@unimargin/sdk/testing'
import { element, render } from '../../packages/examples/mocked-wallet/src/render.ts'
import { owner, sixChains } from '../fixtures/sixChains.ts'

const worlds = sixChains()
const client = createMarginClient({
  chains: worlds.map(({ chain }) => chain.chain),
  transports: Object.fromEntries(worlds.map(({ chain }) => [chain.chain.id, chain.transport])),
  adapters: worlds.flatMap(({ adapters }) => adapters),
})
const read = async () => render(await client.getMarginView({ owner }))

element('break').addEventListener('click', () => {
  const [, , base, scroll, linea] = worlds
  base?.chain.break(Faults.httpStatus({ status: 500 }))
  linea?.chain.break(Faults.truncatedWords())
  // Nobody says what ether is worth in dollars to Morpho's market there.
  scroll?.chain.update(scroll.morpho.withPrice('WETH', '0'))
  void read()
})
void read()
