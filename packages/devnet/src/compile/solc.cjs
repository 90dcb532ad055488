// Compiles Solidity in a process of its own: the compiler from npm is large, blocks, and keeps its memory.
// stdin: { compiler, folders: [[prefix, folder], …], files, settings }; stdout: the compiler's standard JSON.
const { readFileSync } = require('node:fs')
const { join } = require('node:path')

const { compiler, folders, files, settings } = JSON.parse(readFileSync(0, 'utf8'))

/** Sources are named by package, as the compiler sees them. What lies in none of these does not exist. */
function read(name) {
  const found = folders.find(([prefix]) => name.startsWith(prefix))
  if (found === undefined) return { error: `${name} is in no package of this protocol` }
  try {
    return { contents: readFileSync(join(found[1], name.slice(found[0].length)), 'utf8') }
  } catch (error) {
    return { error: String(error) }
  }
}

const sources = Object.fromEntries(files.map((name) => [name, { content: read(name).contents ?? '' }]))
const input = JSON.stringify({ language: 'Solidity', sources, settings })
process.stdout.write(require(compiler).compile(input, { import: read }))
