// Small mistakes that somebody could make in a Solidity file, found in its syntax tree.
import type { AstNode } from '../Solidity.ts'

/** One mistake: bytes of a file that read otherwise. */
export type Mutant = {
  readonly file: string
  readonly line: number
  /** What kind of mistake. */
  readonly operator: string
  readonly start: number
  readonly end: number
  readonly from: string
  readonly to: string
  /** The line it is in, for people, and to recognise it when others move. */
  readonly text: string
}

const OPERATORS: Readonly<Record<string, readonly string[]>> = {
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '**': ['*'],
  '<': ['<=', '>='],
  '>': ['>=', '<='],
  '<=': ['<', '>'],
  '>=': ['>', '<'],
  '==': ['!='],
  '!=': ['=='],
  '&&': ['||'],
  '||': ['&&'],
  '&': ['|'],
  '|': ['&'],
  '<<': ['>>'],
  '>>': ['<<'],
  '+=': ['-=', '='],
  '-=': ['+=', '='],
  '|=': ['=', '&='],
  '++': ['--'],
}
const TWINS: Readonly<Record<string, string>> = { min: 'max', max: 'min', Ceil: 'Floor', Floor: 'Ceil' }
const YUL_TWINS: Readonly<Record<string, string>> = { gt: 'lt', lt: 'gt', add: 'sub', sub: 'add', and: 'or', or: 'and' }

/** All mutants of a file, in the order of the text. */
export function of(file: string, source: string, ast: AstNode): readonly Mutant[] {
  const bytes = Buffer.from(source)
  const found = new Map<string, Mutant>()
  const text = (start: number, end: number) => bytes.subarray(start, end).toString()
  const add = (operator: string, start: number, end: number, to: string) => {
    const from = text(start, end)
    if (from === to) return
    const before = text(0, start).split('\n')
    const line = source.split('\n')[before.length - 1]?.trim() ?? ''
    found.set(`${start} ${end} ${to}`, { file, line: before.length, operator, start, end, from, to, text: line })
  }
  walk(ast, (node) => {
    const [start, end] = rangeOf(node)
    switch (node.nodeType) {
      case 'BinaryOperation':
      case 'Assignment': {
        const left = rangeOf(child(node, 'leftExpression') ?? child(node, 'leftHandSide') ?? node)[1]
        const right = rangeOf(child(node, 'rightExpression') ?? child(node, 'rightHandSide') ?? node)[0]
        const own = String(node.operator)
        const at = text(left, right).indexOf(own)
        if (at < 0) return
        for (const other of OPERATORS[own] ?? []) add('operator', left + at, left + at + own.length, other)
        return
      }
      case 'UnaryOperation': {
        const own = String(node.operator)
        const inner = rangeOf(child(node, 'subExpression') ?? node)
        if (own === '!') add('negation', start, end, text(...inner))
        for (const other of OPERATORS[own] ?? []) {
          add('operator', start, end, node.prefix === true ? other + text(...inner) : text(...inner) + other)
        }
        return
      }
      case 'IfStatement':
      case 'WhileStatement':
      case 'ForStatement':
      case 'Conditional': {
        const condition = child(node, 'condition')
        if (condition === undefined) return
        if (node.nodeType !== 'WhileStatement') add('condition', ...rangeOf(condition), 'true')
        add('condition', ...rangeOf(condition), 'false')
        return
      }
      case 'ExpressionStatement':
      case 'EmitStatement':
        add('deleted statement', start, text(end, end + 1) === ';' ? end + 1 : end, '{}')
        return
      case 'Return':
        // What a function gives that says nothing.
        if (child(node, 'expression') !== undefined) {
          add('deleted return', start, text(end, end + 1) === ';' ? end + 1 : end, '{}')
        }
        return
      case 'ModifierInvocation':
        if (node.kind === 'modifierInvocation') add('deleted modifier', start, end, '')
        return
      case 'Literal': {
        if (node.kind === 'bool') add('constant', start, end, text(start, end) === 'true' ? 'false' : 'true')
        if (node.kind !== 'number') return
        const value = numberOf(text(start, end))
        // `i = 0` and indices of fixed arrays included.
        if (value === undefined) return
        add('constant', start, end, String(value + 1n))
        if (value > 0n) add('constant', start, end, String(value - 1n))
        return
      }
      case 'MemberAccess': {
        const twin = TWINS[String(node.memberName)]
        if (twin !== undefined) add('opposite', end - String(node.memberName).length, end, twin)
        return
      }
      case 'FunctionCall': {
        const args = (node.arguments as readonly AstNode[] | undefined) ?? []
        for (const [index, one] of args.slice(0, -1).entries()) {
          const two = args[index + 1]
          if (two === undefined || typeOf(one) !== typeOf(two)) continue
          const [a, b] = [rangeOf(one), rangeOf(two)]
          add('swapped arguments', a[0], b[1], text(...b) + text(a[1], b[0]) + text(...a))
        }
        return
      }
      case 'YulFunctionCall': {
        const name = child(node, 'functionName')
        const twin = YUL_TWINS[String(name?.name)]
        if (name !== undefined && twin !== undefined) add('opposite', ...rangeOf(name), twin)
        return
      }
      case 'YulLiteral': {
        const value = numberOf(text(start, end))
        if (value !== undefined) add('constant', start, end, String(value + 1n))
      }
    }
  })
  return [...found.values()].sort((a, b) => a.start - b.start || (a.to < b.to ? -1 : 1))
}

/** The file with the mistake in it. */
export function apply({ start, end, to }: Mutant, source: string): string {
  const bytes = Buffer.from(source)
  return Buffer.concat([bytes.subarray(0, start), Buffer.from(to), bytes.subarray(end)]).toString()
}

/** A name that stays when other lines are added or removed, unless the very same line is mutated alike elsewhere in the file. */
export function nameOf({ file, text, from, to }: Mutant): string {
  const line = (value: string) => value.replace(/\s+/g, ' ')
  return `${file.replace(/^src\//, '')}: ${line(text)}: ${line(from)} → ${line(to) || 'nothing'}`
}

function walk(node: unknown, visit: (node: AstNode) => void): void {
  if (Array.isArray(node)) {
    for (const one of node) walk(one, visit)
    return
  }
  if (node === null || typeof node !== 'object') return
  if ('nodeType' in node && 'src' in node) visit(node as AstNode)
  // Not into imports, which have no code here.
  for (const value of Object.values(node)) if (typeof value === 'object') walk(value, visit)
}

function child(node: AstNode, key: string): AstNode | undefined {
  const value = node[key]
  return value !== null && typeof value === 'object' && 'src' in value ? (value as AstNode) : undefined
}

function rangeOf({ src }: AstNode): readonly [number, number] {
  const [start = 0, length = 0] = src.split(':').map(Number)
  return [start, start + length]
}

function typeOf(node: AstNode): unknown {
  const types = node.typeDescriptions as { readonly typeString?: string } | undefined
  // Two literals are of two types, and still of one kind.
  return types?.typeString?.replace(/^int_const .*/, 'int_const')
}

function numberOf(text: string): bigint | undefined {
  const match = /^(\d[\d_]*)(?:e(\d+))?$/.exec(text)
  if (match !== null) return BigInt(match[1]?.replaceAll('_', '') ?? '') * 10n ** BigInt(match[2] ?? '0')
  // An address or a hash is spelt as it is.
  return /^0x[0-9a-f]{1,8}$/.test(text) ? BigInt(text) : undefined
}
