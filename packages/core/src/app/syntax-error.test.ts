import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { syntaxErrorPlace } from './syntax-error.ts'

const MESSAGE = "Unexpected token '{'"

/** The URL of a module with that text, and how to give it another one. */
function module(text: string): { url: string; rewrite: (text: string) => void } {
  const directory = mkdtempSync(join(tmpdir(), 'pf-syntax-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const path = join(directory, 'app.mjs')
  const rewrite = (next: string): void => writeFileSync(path, next)
  rewrite(text)
  return { url: pathToFileURL(path).href, rewrite }
}

/** An error as the loader of modules throws it: without a frame. */
function loaderError(message: string): SyntaxError {
  const error = new SyntaxError(message)
  error.stack = `SyntaxError: ${message}`
  return error
}

describe('the place of a syntax error', () => {
  it('is its file, line and column, as Node shows them', () => {
    const { url } = module('const a = 1\nif {\n')
    expect(syntaxErrorPlace(loaderError(MESSAGE), url)).toBe(`${url}:2\nif {\n   ^\n`)
  })

  it.each([
    ['another error', 'let let = 1\n'],
    ['no error', 'export default 1\n']
  ])('is not told when the file has %s by now', (_, text) => {
    const { url, rewrite } = module('if {\n')
    rewrite(text)
    expect(syntaxErrorPlace(loaderError(MESSAGE), url)).toBe('')
  })

  it('is not looked for when the code of the app has thrown the error', () => {
    const { url } = module('if {\n')
    expect(syntaxErrorPlace(new SyntaxError(MESSAGE), url)).toBe('')
  })
})
