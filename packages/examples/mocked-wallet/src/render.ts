import { type Health, type MarginView, Wad } from '@unimargin/sdk'

export function element(id: string): HTMLElement {
  const found = document.getElementById(id)
  if (found === null) throw new TypeError(`the page has no #${id}`)
  return found
}

export function log(text: string): void {
  const line = document.createElement('li')
  line.textContent = text
  element('log').append(line)
}

/** Shows a view: what is unknown says so, and what was last known is called old. */
export function render(view: MarginView): void {
  const verdict = element('verdict')
  verdict.textContent = view.verdict
  verdict.dataset.verdict = view.verdict
  element('chains').replaceChildren(
    ...view.chains.map((chain) => {
      const box = document.createElement('section')
      box.className = 'chain'
      box.dataset.chain = String(chain.chainId)
      box.dataset.status = chain.status
      const [position] = view.positions.filter(({ market }) => market.chainId === chain.chainId)
      box.append(
        text('h2', chain.name),
        text('span', position === undefined ? 'no market' : healthText(position.health), 'health'),
      )
      if (chain.status === 'read') box.append(text('p', `block ${chain.block.number}, ${chain.age} s old`, 'note'))
      else box.append(text('p', `not read: ${chain.reason}`, 'note'))
      if (position?.status === 'unread' && position.lastKnown !== undefined) {
        const { readAt, position: last } = position.lastKnown
        const time = new Date(Number(readAt) * 1_000).toLocaleTimeString()
        box.append(text('p', `last known at ${time}: ${healthText(last.health)}`, 'note stale'))
      }
      return box
    }),
  )
}

function healthText(health: Health): string {
  if (health.status === 'no-debt') return 'no debt'
  return health.status === 'known' ? Wad.formatDown(health.factor, 2) : 'unknown'
}

function text(tag: string, content: string, className = ''): HTMLElement {
  const made = document.createElement(tag)
  made.textContent = content
  made.className = className
  return made
}
