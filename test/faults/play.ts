import { createActor } from './Actor.ts'
import { acts } from './acts.ts'
import type { Case } from './Case.ts'
import type { Stage } from './Stage.ts'

/** What came of a case. */
export type Outcome = {
  readonly name: string
  /** What should not be, in words. */
  readonly problems: readonly string[]
  /** How often its faults changed what a node said. */
  readonly strikes: number
}

/** Plays one case on a stage. */
export async function play(stage: Stage, played: Case): Promise<Outcome> {
  const scene = await stage.open()
  const actor = createActor(scene, played)
  try {
    if (played.isMoving) await scene.flying(played.seed)
    await acts[played.phase](actor)
    for (const { requests } of [...scene.source.nodes, ...scene.destination.nodes]) {
      if (requests.some(({ calls }) => calls.length !== 1)) actor.say('requests travelled in a batch')
    }
  } catch (error) {
    actor.say(`it broke off: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  } finally {
    actor.close()
    await scene.close()
  }
  return { name: played.name, problems: actor.problems, strikes: actor.strikes() }
}

/** Plays cases, so many at a time, and gives their outcomes in their order. */
export async function playAll(stage: Stage, cases: readonly Case[], atOnce: number): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = []
  let next = 0
  const work = async (): Promise<void> => {
    for (let index = next++; index < cases.length; index = next++) {
      const played = cases[index]
      if (played !== undefined) outcomes[index] = await play(stage, played)
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, cases.length) }, work))
  return outcomes
}
