type Typed<types extends readonly string[]> = { readonly [at in keyof types]: { readonly type: types[at] } }

/** A function of a contract; written out, they are most of an adapter's size. */
export type AbiItem<
  name extends string,
  inputs extends readonly string[],
  outputs extends readonly string[],
  mutability extends 'view' | 'nonpayable' | 'payable',
> = {
  readonly type: 'function'
  readonly name: name
  readonly stateMutability: mutability
  readonly inputs: Typed<inputs>
  readonly outputs: Typed<outputs>
}

/**
 * A function by the types of what it takes and gives, without names. A struct of numbers and addresses looks the same as its
 * members one after the other, and is written so.
 */
export function item<
  const name extends string,
  const inputs extends readonly string[],
  const outputs extends readonly string[],
  const mutability extends 'view' | 'nonpayable' | 'payable',
>(
  stateMutability: mutability,
  name: name,
  inputs: inputs,
  outputs: outputs,
): AbiItem<name, inputs, outputs, mutability> {
  return { type: 'function', name, stateMutability, inputs: typed(inputs), outputs: typed(outputs) }
}

/** Parameters without names. */
export function typed<const types extends readonly string[]>(types: types): Typed<types> {
  // `map` forgets which type is where; they are in their order.
  return types.map((type) => ({ type })) as unknown as Typed<types>
}

/** A function that only tells. */
export function view<
  const name extends string,
  const inputs extends readonly string[],
  const outputs extends readonly string[],
>(name: name, inputs: inputs, ...outputs: outputs): AbiItem<name, inputs, outputs, 'view'> {
  return item('view', name, inputs, outputs)
}
