// A wallet's page: it knows a margin client and nothing of mocks, but for the buttons that play the chains.
import { createMarginClient } from '@unimargin/sdk'
import { Faults } from '@unimargin/sdk/testing'
import { setupWorker } from 'msw/browser'
import { http } from 'viem'
import { markets, onArbitrum, onBase, owner } from './chains.ts'
import { element, log, render } from './render.ts'

await setupWorker(...onArbitrum.handlers, ...onBase.handlers).start({ quiet: true, onUnhandledRequest: 'bypass' })
setInterval(() => {
  for (const chain of [onArbitrum, onBase]) chain.mine()
}, 2_000)

const client = createMarginClient({
  chains: [onArbitrum.chain, onBase.chain],
  transports: { [onArbitrum.chain.id]: http(), [onBase.chain.id]: http() },
  adapters: markets.map(({ adapter }) => adapter),
})

const nameOf = (chainId: number) => client.chains.find(({ id }) => id === chainId)?.name ?? `chain ${chainId}`
element('owner').textContent = owner
const watch = client.watchMarginView({ owner, every: 500, timeout: 2_000 })
watch.on('view', ({ view }) => render(view))
watch.on('verdict', ({ previous, verdict }) => log(`the verdict is ${verdict}, after ${previous ?? 'nothing'}`))
watch.on('chain:degraded', ({ chainId, reason }) => log(`${nameOf(chainId)} is degraded: ${reason}`))
watch.on('chain:recovered', ({ chainId }) => log(`${nameOf(chainId)} has recovered`))

element('fall').addEventListener('click', () => {
  for (const chain of [onArbitrum, onBase]) chain.setPrice('WETH', '2400')
})
element('break').addEventListener('click', () => onBase.break(Faults.httpStatus({ status: 503 })))
element('mend').addEventListener('click', () => onBase.mend())
