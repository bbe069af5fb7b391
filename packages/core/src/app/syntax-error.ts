import { spawnSync } from 'node:child_process'
import { ownStack } from '../common/own-stack.ts'

const PROGRAM = 'import(process.argv[1])'
const PATIENCE_MS = 5000

/**
 * Where the syntax error is that keeps a module from loading: the file and line, the line's text and a mark below it, as far as
 * Node prints them when nobody catches the error. The error itself does not carry them, so another Node is asked; an error of
 * syntax comes before anything of the module or of those it imports runs. Empty when there is nothing to tell.
 */
export function syntaxErrorPlace(error: unknown, url: string): string {
  if (!(error instanceof SyntaxError) || !isOfTheLoader(error)) return ''
  const options = { encoding: 'utf8', timeout: PATIENCE_MS } as const
  const { stderr } = spawnSync(process.execPath, ['--eval', PROGRAM, url], options)
  // The file may have changed since, and have another error now, or none.
  if (!stderr?.includes(`SyntaxError: ${error.message}`)) return ''
  return /^(?:file:\/\/|\/).*:\d+\n(?:[\s\S]*?\n *\^+\n)?/m.exec(stderr)?.[0] ?? ''
}

/**
 * Whether it comes from reading the module, not from its code (`JSON.parse`): no frame is the app's own then. One that names a
 * place already (an import of what is not exported) needs no other.
 */
function isOfTheLoader(error: SyntaxError): boolean {
  const text = ownStack(error)
  return !/^\s+at /m.test(text) && !/^(?:file:|\/)/.test(text)
}
