#!/usr/bin/env node
// The compiler of contracts/, asked once: forge asks it the same before every run, for as long as it takes to parse everything.
const { spawnSync } = require('node:child_process')
const { createHash } = require('node:crypto')
const { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync, writeSync } = require('node:fs')
const { join } = require('node:path')

const isVersion = process.argv.includes('--version')
const input = isVersion ? Buffer.from('version') : readFileSync(0)
const folder = join(__dirname, 'answers')
const file = join(folder, createHash('sha256').update(input).digest('hex'))
if (!existsSync(file)) {
  const { stdout, status } = spawnSync(process.execPath, [join(__dirname, 'solcw.cjs'), ...process.argv.slice(2)], {
    input,
    maxBuffer: 2 ** 30,
  })
  if (status !== 0) process.exit(status ?? 1)
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${file}.${process.pid}`, stdout)
  renameSync(`${file}.${process.pid}`, file)
}
const answer = readFileSync(file)
for (let offset = 0; offset < answer.length; ) {
  try {
    offset += writeSync(1, answer, offset)
  } catch (error) {
    if (error.code !== 'EAGAIN') throw error
  }
}
