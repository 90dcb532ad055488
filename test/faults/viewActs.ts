import type { GetMarginViewParameters } from '@unimargin/sdk'
import { type Actor, type JudgeOptions, UNHURRIED } from './Actor.ts'
import { headsOf } from './truth.ts'

/** The very first view of a client. */
export async function metadata(actor: Actor): Promise<void> {
  actor.breakNodes()
  await view(actor)
  await recover(actor)
}

/** The first view of an owner when all metadata is known. */
export async function snapshot(actor: Actor): Promise<void> {
  await prime(actor, actor.scene.other)
  if (!actor.case.isEarly) actor.breakNodes()
  await view(actor)
  await recover(actor)
}

/** The same view again, after a block with other values. */
export async function refresh(actor: Actor): Promise<void> {
  await prime(actor, actor.scene.account.address)
  if (!actor.case.isEarly) actor.breakNodes()
  await view(actor)
  await recover(actor)
}

/** A view of one moment. */
export async function cut(actor: Actor): Promise<void> {
  await prime(actor, actor.scene.account.address)
  if (!actor.case.isEarly) actor.breakNodes()
  await view(actor, { cut: 'time' }, { mayBeOld: true })
  await recover(actor)
}

/** A view before the one that counts; the chains go on after it. */
export async function prime(
  { client, scene, case: played, breakNodes, tell }: Actor,
  owner: `0x${string}`,
): Promise<void> {
  if (played.isEarly) breakNodes()
  tell(await client.getMarginView({ owner, timeout: played.isEarly ? played.deadline : UNHURRIED }))
  await scene.advance()
}

async function view(
  { client, scene, options, settle, judge, say }: Actor,
  parameters: Pick<GetMarginViewParameters, 'cut'> = {},
  judgement: JudgeOptions = {},
): Promise<void> {
  const before = await headsOf(scene)
  const owner = scene.account.address
  const asked = await settle(client.getMarginView({ owner, ...options, ...parameters }), { reads: 2 })
  if (asked.status === 'done') await judge(asked.value, before, judgement)
  if (asked.status === 'failed') say('a view throws for what a node does')
}

/** When the nodes are well again, all is known again: nothing false has stayed behind. */
export async function recover(actor: Actor): Promise<void> {
  const { client, scene, case: played, mend, settle, judge } = actor
  mend()
  // Where one node alone has lied about what is remembered, or most of them have, nothing is promised.
  if (!played.guarantee.isTrue) return
  const before = await headsOf(scene)
  const asked = await settle(client.getMarginView({ owner: scene.account.address, timeout: UNHURRIED }), { reads: 2 })
  if (asked.status === 'done') await judge(asked.value, before, { isMended: true })
}
