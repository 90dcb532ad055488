#!/usr/bin/env node
// forge wants a solc binary. This answers the two questions it asks with the compiler from npm, so that building needs
// no download: `--version`, and `--standard-json` from stdin.
const solc = require('solc')
const { readFileSync, writeSync } = require('node:fs')

function print(text) {
  // A pipe takes 64 kB at a time and may be full: write until all is out.
  const bytes = Buffer.from(text)
  for (let offset = 0; offset < bytes.length; ) {
    try {
      offset += writeSync(1, bytes, offset)
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error
    }
  }
}

if (process.argv.includes('--version')) {
  // forge parses the version as native solc prints it.
  print(
    `solc, the solidity compiler commandline interface\nVersion: ${solc.version().replace('.Emscripten.clang', '.Linux.g++')}\n`,
  )
} else {
  print(solc.compile(readFileSync(0, 'utf8')))
}
