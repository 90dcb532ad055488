import { mswStage } from './mswStage.ts'
import { playScenarios } from './playScenarios.ts'
import { scenariosOf } from './suites.ts'

const { stage, hosts } = mswStage()
playScenarios(scenariosOf('answers'), stage, hosts)
