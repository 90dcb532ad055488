#!/usr/bin/env node
// Runs forge and ends as it ends. The launcher of the npm package always ends with 0, so that a failed test would read as
// a passed one.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { constants } from 'node:os'

const architecture = { x64: 'amd64', arm64: 'arm64' }[process.arch] ?? process.arch
const binary = process.platform === 'win32' ? 'forge.exe' : 'forge'
// The binary is a dependency of the launcher, one package per platform.
const launcher = createRequire(createRequire(import.meta.url).resolve('@foundry-rs/forge/package.json'))
const path = launcher.resolve(`@foundry-rs/forge-${process.platform}-${architecture}/bin/${binary}`)

const { status, signal, error } = spawnSync(path, process.argv.slice(2), { stdio: 'inherit', cwd: import.meta.dirname })
if (error) throw error
// Ended by a signal: no status, and not well. Told as shells tell it.
process.exitCode = status ?? 128 + constants.signals[signal]
