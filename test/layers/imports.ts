import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { parseSync } from 'vite'

/** One import of a source file, type-only imports included: an arrow is an arrow. */
export type Import = { readonly file: string; readonly specifier: string }

/** What a file names that depends on time or chance, e.g. `Date.now`. */
export type Impurity = { readonly file: string; readonly name: string }

type Node = { readonly type: string; readonly [key: string]: unknown }

const root = resolve(import.meta.dirname, '../..')

/** Source files below a folder, without tests, benches and generated code, relative to the repository. */
export function sourceFiles(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path) && !/\.(test|test-d|bench)\.tsx?$/.test(path))
    .map((path) => join(folder, path))
    .sort()
}

/** Every static, dynamic and type import of a file. */
export function importsOf(file: string): readonly Import[] {
  return nodesOf(file).flatMap((node) => {
    const source = node.type === 'TSImportType' ? (node.source ?? node.argument) : node.source
    const isImport = /^(Import|ExportNamed|ExportAll)Declaration$|^ImportExpression$|^TSImportType$/.test(node.type)
    if (!isImport || !isNode(source)) return []
    return [{ file, specifier: typeof source.value === 'string' ? source.value : '(computed)' }]
  })
}

/** Uses of the clock, of chance, of timers and of the network. */
export function impuritiesOf(file: string): readonly Impurity[] {
  return nodesOf(file).flatMap((node) => {
    if (
      node.type === 'Identifier' &&
      /^(Date|fetch|setTimeout|setInterval|process|crypto|performance)$/.test(String(node.name))
    ) {
      return [{ file, name: String(node.name) }]
    }
    const { object, property } = node
    const isRandom = isNode(object) && object.name === 'Math' && isNode(property) && property.name === 'random'
    return node.type === 'MemberExpression' && isRandom ? [{ file, name: 'Math.random' }] : []
  })
}

/** How often a file throws a bare `Error`, which has no name to switch on and tells nobody what to do next. */
export function bareErrorsOf(file: string): number {
  return nodesOf(file).filter(({ type, argument }) => {
    const callee = type === 'ThrowStatement' && isNode(argument) ? argument.callee : undefined
    return isNode(callee) && callee.name === 'Error'
  }).length
}

/** Where a relative import leads, relative to the repository. */
export function targetOf({ file, specifier }: Import): string {
  return relative(root, resolve(root, file, '..', specifier))
}

function nodesOf(file: string): readonly Node[] {
  const { program, errors } = parseSync(file, readFileSync(join(root, file), 'utf8'))
  if (errors.length > 0) throw new SyntaxError(`${file} does not parse`)
  const found: Node[] = []
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      for (const item of value) visit(item)
    } else if (isNode(value)) {
      found.push(value)
      for (const item of Object.values(value)) visit(item)
    }
  }
  visit(program)
  return found
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value
}
