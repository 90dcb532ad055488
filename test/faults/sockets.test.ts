import { playScenarios } from './playScenarios.ts'
import { socketStage } from './socketStage.ts'
import { scenariosOf } from './suites.ts'

const { stage, hosts } = socketStage()
playScenarios(scenariosOf('sockets'), stage, hosts)
