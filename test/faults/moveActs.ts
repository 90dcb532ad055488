import {
  type MoveIntent,
  type MoveQuote,
  type MoveState,
  MoveTransitions,
  type PreparedMove,
  reasonOf,
  serialize,
  type TrackedMove,
} from '@unimargin/sdk'
import { createWalletClient } from 'viem'
import type { Actor } from './Actor.ts'
import { idOf, trueQuote } from './movesOf.ts'
import { headsOf, resultOf } from './truth.ts'
import { prime, recover } from './viewActs.ts'

/** What a move costs, and what it brings. */
export async function quote(actor: Actor): Promise<void> {
  const { client, scene, case: played, breakNodes, settle, say, tell } = actor
  await prime(actor, scene.account.address)
  if (!played.isEarly) breakNodes()
  const { plan } = await trueQuote(scene)
  const asked = await settle(client.getMoveQuote({ plan, owner: scene.account.address, ...actor.options }), {
    reads: 3,
  })
  if (asked.status === 'failed' && played.guarantee.isWhole) say('a move could be quoted, and is not')
  if (asked.status === 'done') {
    tell(serialize(asked.value))
    if (played.guarantee.isTrue)
      for (const problem of untrueQuote(asked.value, await trueQuote(scene), played.guarantee.isCurrent)) say(problem)
  }
  await recover(actor)
}

function untrueQuote(given: MoveQuote, fact: MoveQuote, isCurrent: boolean): readonly string[] {
  const { sourceGas, destinationGas, messagingFee, dust } = given.costs
  const isStated = sourceGas.basis === 'stated'
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ['value', given.value, fact.value],
    ['amountSent', given.amountSent, fact.amountSent],
    ['amountReceived', given.amountReceived, fact.amountReceived],
    ['messagingFee', serialize(messagingFee), serialize(fact.costs.messagingFee)],
    ['dust', serialize(dust), serialize(fact.costs.dust)],
    ['transferFee', serialize(given.costs.transferFee), serialize(fact.costs.transferFee)],
    ['minimumReceived', given.minimumReceived, fact.minimumReceived],
    ['destinationGas.units', destinationGas.units, fact.costs.destinationGas.units],
    ['deadline', given.deadline - given.block.timestamp, fact.deadline - fact.block.timestamp],
  ]
  const wrong = pairs.flatMap(([name, one, other]) => (one === other ? [] : [`${name} is ${one} instead of ${other}`]))
  const hints = [
    ['sourceGas.units', isStated ? 1n : sourceGas.units, isStated ? 1n : fact.costs.sourceGas.units],
    ['sourceGas.price', sourceGas.price, fact.costs.sourceGas.price],
    ['destinationGas.price', destinationGas.price, fact.costs.destinationGas.price],
  ] as const
  return [
    ...wrong,
    // A real chain's gas has another price in the next block.
    ...hints.flatMap(([name, one, other]) =>
      isCurrent && (one > 2n * other || 2n * one < other) ? [`${name} is ${one} instead of ${other}`] : [],
    ),
  ]
}

/** A move is made ready to be signed. */
export async function prepare(actor: Actor): Promise<void> {
  const { client, scene, case: played, breakNodes, settle, say, tell, options } = actor
  await prime(actor, scene.account.address)
  if (!played.isEarly) breakNodes()
  const parameters = { quote: await trueQuote(scene), owner: scene.account.address, id: idOf(played.seed) }
  const asked = await settle(client.prepareMove({ ...parameters, ...options }), { reads: 3 })
  if (asked.status === 'failed' && played.guarantee.isWhole) say('a move could be prepared, and is not')
  if (asked.status === 'done') {
    const fact = await scene.direct.prepareMove(parameters)
    tell(serialize(asked.value))
    // Why a node cannot simulate is said in other words by each.
    const signed = (prepared: PreparedMove) => serialize({ ...prepared, simulation: undefined })
    if (played.guarantee.isCurrent && signed(asked.value) !== signed(fact)) say('what is to be signed is wrong')
  }
  await recover(actor)
}

/** A move is sent by a wallet that has the same nodes. */
export async function send(actor: Actor): Promise<void> {
  const { client, scene, case: played, breakNodes, settle, say, tell, mend, options, walletTransport } = actor
  const { account, source, sent, direct } = scene
  if (sent === undefined) throw new TypeError('nothing may be sent on this stage')
  await prime(actor, account.address)
  if (!played.isEarly) breakNodes()
  const walletClient = createWalletClient({
    account,
    chain: source.chain,
    transport: walletTransport(source),
    pollingInterval: 20,
  })
  const intents: MoveIntent[] = []
  const asked = await settle(
    client.sendMove({
      quote: await trueQuote(scene),
      id: idOf(played.seed),
      walletClient,
      onIntent: (intent) => {
        intents.push(intent)
      },
      // Where it may get lost, there is no need to wait for long.
      inclusionTimeout: played.guarantee.isWhole ? played.deadline : 1_500,
      ...options,
    }),
    { reads: 10 },
  )
  mend()
  const [intent] = intents
  if (sent() > 1) say('the move was sent twice')
  if (sent() > 0 && intent === undefined) say('it was sent before there was an intent to store')
  if (asked.status === 'done') tell(asked.value)
  if (!played.guarantee.isTrue) return
  if (asked.status === 'failed' && played.guarantee.isWhole)
    say(`a move could be sent, and is not: ${reasonOf(asked.error)}`)
  if (asked.status === 'done') {
    if (sent() !== 1) say('nothing was sent, and there is a handle')
    const receipt = resultOf(await source.backend({ method: 'eth_getTransactionReceipt', params: [asked.value.hash] }))
    if (Reflect.get(Object(receipt), 'status') !== '0x1') say('the hash is not that of the move')
  }
  if (intent === undefined) return
  // Whatever happened, the intent finds it.
  const [found, fact] = await Promise.all([
    client.getMoveStatus({ move: intent }),
    direct.getMoveStatus({ move: intent }),
  ])
  if (found.state !== fact.state) say(`the move is ${fact.state}, and is called ${found.state}`)
  if ((fact.move.guid !== undefined) !== sent() > 0) say('the move was sent and cannot be found')
}

/** How far a move is that is under way. */
export async function status(actor: Actor): Promise<void> {
  await track(actor, await actor.scene.flying(actor.case.seed))
}

/** How far a move is whose transaction reverted. */
export async function receipt(actor: Actor): Promise<void> {
  await track(actor, await actor.scene.reverted())
}

async function track(actor: Actor, move: TrackedMove): Promise<void> {
  const { client, scene, case: played, breakNodes, settle, say, tell, options } = actor
  await prime(actor, scene.other)
  if (!played.isEarly) breakNodes()
  const before = await headsOf(scene)
  const asked = await settle(client.getMoveStatus({ move, ...options }), { reads: 4 })
  if (asked.status === 'failed') say('a status throws for what a node does')
  if (asked.status === 'done') {
    const { state, issues, blocks } = asked.value
    tell(asked.value)
    const fact = await scene.direct.getMoveStatus({ move })
    const { isTrue, isCurrent, isWhole } = played.guarantee
    const isBehind = isBefore(state, fact.state) && (issues.length > 0 || !isCurrent)
    if (isTrue && state !== fact.state && !isBehind) say(`a move is ${told(fact.state)}, and is called ${told(state)}`)
    if (isWhole && (state !== fact.state || issues.length > 0)) say(`how far a move is could be known, and is not`)
    const { source = { number: before.source } } = blocks
    if (isCurrent && source.number < before.source) say('an old block passes for the head')
  }
  await recover(actor)
}

/** Whether time alone leads from one state to the other. */
function isBefore(state: MoveState, fact: MoveState): boolean {
  const steps = MoveTransitions.between(state, fact) ?? []
  return steps.length > 0 && steps.every(({ kind }) => kind === 'forward')
}

function told(state: MoveState): string {
  return `"${state}"`
}
