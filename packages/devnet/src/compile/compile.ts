import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { Abi } from 'viem'
import type { Artifact } from '../artifacts/Artifact.ts'
import { ProtocolCompileError } from '../errors/ProtocolCompileError.ts'
import type { SolidityPackage } from './SolidityPackage.ts'

/** What is asked of the compiler, and no more: bytecode is what takes its time. */
const OUTPUTS = ['abi', 'evm.bytecode.object', 'evm.bytecode.linkReferences', 'evm.deployedBytecode.object']
const PROGRAM = fileURLToPath(new URL('./solc.cjs', import.meta.url))

type CompilerOutput = {
  readonly errors?: readonly { readonly severity: string; readonly formattedMessage: string }[]
  readonly contracts?: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          {
            readonly abi: Abi
            readonly evm: {
              readonly bytecode: { readonly object: string; readonly linkReferences: Artifact['links'] }
              readonly deployedBytecode: { readonly object: string }
            }
          }
        >
      >
    >
  >
}

/**
 * Compiles the contracts of a package.
 *
 * @throws ProtocolCompileError
 */
export async function compile(
  source: SolidityPackage,
  folderOf: (name: string) => string,
): Promise<readonly Artifact[]> {
  const files = source.contracts.map((path) => `${source.folder}/${path}.sol`)
  const wanted = files.map((file) => [file, { [nameOf(file)]: OUTPUTS }])
  const output = await run(source, {
    compiler: folderOf(source.compiler),
    folders: source.packages.map((name) => [`${name}/`, folderOf(name)]),
    files,
    settings: { ...source.settings, outputSelection: Object.fromEntries(wanted) },
  })
  const errors = (output.errors ?? []).filter(({ severity }) => severity === 'error')
  if (errors.length > 0) {
    const messages = errors.map(({ formattedMessage }) => formattedMessage).join('\n')
    throw new ProtocolCompileError({ protocol: source.name, output: messages })
  }
  return files.map((file) => {
    const name = nameOf(file)
    const contract = output.contracts?.[file]?.[name]
    if (contract === undefined) throw new ProtocolCompileError({ protocol: source.name, output: `no contract ${name}` })
    const { bytecode, deployedBytecode } = contract.evm
    return {
      name,
      abi: contract.abi,
      bytecode: `0x${bytecode.object}`,
      deployedBytecode: `0x${deployedBytecode.object}`,
      links: bytecode.linkReferences,
    }
  })
}

function nameOf(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1, -'.sol'.length)
}

async function run({ name }: SolidityPackage, request: object): Promise<CompilerOutput> {
  const child = spawn(process.execPath, [PROGRAM], { stdio: 'pipe' })
  try {
    // A compiler that dies breaks the pipe; its exit code says so.
    child.stdin.on('error', () => {}).end(JSON.stringify(request))
    const [output, complaint, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ])
    if (code !== 0) throw new ProtocolCompileError({ protocol: name, output: complaint })
    return JSON.parse(output) as CompilerOutput
  } catch (cause) {
    if (cause instanceof ProtocolCompileError) throw cause
    throw new ProtocolCompileError({ protocol: name, output: String(cause), cause })
  }
}
