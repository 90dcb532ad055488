import type { Actor } from './Actor.ts'
import type { Phase } from './Case.ts'
import * as Moves from './moveActs.ts'
import { request } from './requestAct.ts'
import * as Views from './viewActs.ts'
import { watch } from './watchAct.ts'

/** What is done in each phase. */
export const acts: Readonly<Record<Phase, (actor: Actor) => Promise<void>>> = { ...Views, ...Moves, request, watch }
