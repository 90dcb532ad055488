import type { MarginView } from '@unimargin/sdk'
import { type Actor, PATIENT } from './Actor.ts'
import { headsOf } from './truth.ts'

const EVENTS = ['view', 'health', 'verdict', 'chain:degraded', 'chain:recovered', 'move', 'error'] as const

/** Refreshes of a watch: well, broken, and well again. */
export async function watch(actor: Actor): Promise<void> {
  const { client, scene, case: played, broken, settle, judge, say, tell, breakNodes, mend, options } = actor
  const { deadline } = played
  const { isTrue, isWhole } = played.guarantee
  const { address: owner } = scene.account
  // As often as asked for, and not by itself: what is told belongs to one refresh.
  const watching = client.watchMarginView({ owner, every: 60_000, ...options })
  const told: string[] = []
  for (const event of EVENTS) {
    watching.on(event, (payload: unknown) => {
      told.push(event)
      tell(payload)
    })
  }
  const refresh = async (): Promise<MarginView | undefined> => {
    const asked = await settle(watching.refresh(), { reads: 4 })
    return asked.status === 'done' ? asked.value[0] : undefined
  }
  const refreshed = async (isMended: boolean): Promise<MarginView | undefined> => {
    const before = await headsOf(scene)
    let view = await refresh()
    // A deadline that was made to pass may pass on a busy machine when all is well again.
    for (let tries = 1; isMended && tries < 8 && (view?.issues.length ?? 0) > 0 && deadline < PATIENT; tries++) {
      view = await refresh()
    }
    if (view === undefined) say('a refresh brought no view')
    else if (isTrue || !isMended) await judge(view, before, { isMended })
    return view
  }
  if (played.isEarly) breakNodes()
  const well = await refresh()
  await scene.advance()
  if (!played.isEarly) breakNodes()

  const view = await refreshed(false)
  const gone = view?.positions.find(({ market }) => market.chainId === broken.chain.id)
  const known = well?.positions.find(({ id }) => id === gone?.id)
  if (gone?.status === 'unread' && known?.status === 'read') {
    if (gone.lastKnown?.position !== known) say('what was known last is not what was known')
    if (!told.includes('chain:degraded')) say('a chain is gone, and nobody was told')
  }
  // The prices hardly moved: a crossing would be made of nothing.
  if (isTrue && played.isEarly === false && told.includes('health') && isWhole) say('a crossing that was none')
  mend()
  await refreshed(true)
  const degraded = told.filter((event) => event === 'chain:degraded').length
  const recovered = told.filter((event) => event === 'chain:recovered').length
  if (isTrue && degraded !== recovered) say(`${degraded} times degraded, ${recovered} times recovered`)
  if (isTrue && told.includes('error')) say('a node is no mistake of an adapter or a listener')

  watching.close()
  if (watching.state !== 'closed') say('a closed watch goes on')
  // What was on its way arrives.
  await pause(40)
  const asked = broken.nodes.map(({ requests }) => requests.length).join()
  await pause(40)
  if (broken.nodes.map(({ requests }) => requests.length).join() !== asked) say('a closed watch asks on')
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
