import {
  type DirectMove,
  getDirectQuote,
  type Hex,
  type Journal,
  type MarginClient,
  type MarginView,
  type MoveState,
  type MoveWallet,
  type PlanMoveParameters,
  planDirectMove,
  prepareArrival,
  prepareDirectMove,
  restoreDirectMove,
  sendArrival,
  sendDirectMove,
  type TrackedMove,
} from '@unimargin/sdk'

export type Mover = {
  readonly client: MarginClient
  readonly journal: Journal
  readonly owner: Hex
  /** The wallet on a chain. */
  readonly walletOn: (chainId: number) => MoveWallet
  /** Follows a move until it is in one of some states. */
  readonly follow: (move: TrackedMove, until: readonly MoveState[]) => Promise<MoveState>
  readonly say: (line: string) => void
}

const inclusionTimeout = 30_000

/** Begins a direct move and brings it to its end. */
export async function moveDirectly(
  mover: Mover,
  id: Hex,
  terms: Pick<PlanMoveParameters, 'donor' | 'receiver' | 'asset' | 'amount' | 'donorFloor'>,
): Promise<void> {
  const { client, owner, journal, walletOn } = mover
  const view = await viewOf(mover)
  const plan = planDirectMove(client, { view, ...terms, acceptFlags: ['single-source'] })
  if (plan.status !== 'plan') throw new TypeError(`expected a plan, got ${plan.status}`)
  const quote = await getDirectQuote(client, { plan, owner, view })
  const prepared = await prepareDirectMove(client, { quote, view, id })
  const walletClient = walletOn(prepared.intent.sourceChainId)
  await settle(mover, await sendDirectMove(client, { prepared, view, walletClient, journal, inclusionTimeout }))
}

/** Goes on with a direct move of the journal. */
export async function goOnDirectly(mover: Mover, id: Hex): Promise<void> {
  const { client, journal, walletOn } = mover
  const view = await viewOf(mover)
  const restored = keptOf(journal, id)
  const walletClient = walletOn(restored.move.sourceChainId)
  const move = await looking(mover, (again) =>
    sendDirectMove(client, { ...restored, view, walletClient, journal, again, inclusionTimeout }),
  )
  await settle(mover, move)
}

/** Makes the second step, once it has arrived. */
async function settle(mover: Mover, move: DirectMove): Promise<void> {
  const { client, journal, walletOn, follow } = mover
  await follow(move, ['delivered', 'credited'])
  // What it came through is told in its order, also when it is further by now.
  if ((await client.getMoveStatus({ move })).state !== 'delivered') return
  const walletClient = walletOn(move.destinationChainId)
  const done = await looking(mover, async (again) => {
    const kept = keptOf(journal, move.id).move
    const prepared = await prepareArrival(client, { move: kept, view: await viewOf(mover) })
    return sendArrival(client, { prepared, walletClient, journal, again, inclusionTimeout })
  })
  await follow(done, ['credited'])
}

/** What a wallet may have been handed is handed over again only once somebody has looked: this one knows the ids that it was given. */
async function looking<result>({ say }: Mover, go: (again: readonly 'batch'[]) => Promise<result>): Promise<result> {
  try {
    return await go([])
  } catch (error) {
    const { name, step } = Object(error)
    if (name !== 'PendingStepError' || step !== 'batch') throw error
    say('looked')
    return go(['batch'])
  }
}

function keptOf(journal: Journal, id: Hex) {
  const kept = journal.get(id)
  if (kept === undefined) throw new TypeError('the journal has the move')
  return restoreDirectMove(kept)
}

function viewOf({ client, owner }: Mover): Promise<MarginView> {
  return client.getMarginView({ owner })
}
