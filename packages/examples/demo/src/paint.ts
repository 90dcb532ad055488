import { styleText } from 'node:util'

/** The colours that the demo uses. */
export type Colour = 'red' | 'yellow' | 'green' | 'cyan' | 'dim' | 'bold'

/** Puts a colour on a text, or leaves it as it is. */
export type Paint = (colour: Colour, text: string) => string

/** Colour only on a terminal, and never against `NO_COLOR` (https://no-color.org: set and not empty). */
export function paintFor(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): Paint {
  const wanted = stream.isTTY === true && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb'
  return (colour, text) => (wanted ? styleText(colour, text, { validateStream: false }) : text)
}
