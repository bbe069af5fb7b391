import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { syntaxErrorPlace } from './syntax-error.ts'

const MESSAGE = "Unexpected token '{'"

/** A directory with a module `app.mjs` of that text, and how to write others. */
function module(text: string) {
  const directory = mkdtempSync(join(tmpdir(), 'pf-syntax-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const write = (name: string, next: string): void => writeFileSync(join(directory, name), next)
  const urlOf = (name: string): string => pathToFileURL(join(directory, name)).href
  write('app.mjs', text)
  return { directory, url: urlOf('app.mjs'), urlOf, write }
}

/** An error as the loader of modules throws it: without a frame. */
function loaderError(message: string): SyntaxError {
  const error = new SyntaxError(message)
  error.stack = `SyntaxError: ${message}`
  return error
}

describe('the place of a syntax error', () => {
  it('is its file, line and column, as Node shows them', async () => {
    const { url } = module('const a = 1\nif {\n')
    expect(await syntaxErrorPlace(loaderError(MESSAGE), url)).toBe(`${url}:2\nif {\n   ^\n`)
  })

  it.each([
    ["import './lib.mjs'", 'lib.mjs'],
    ["export * from './lib.ts'", 'lib.ts'],
    ["import '#lib'", 'lib.js'],
    ["const lib = await import('./lib.js')", 'lib.js'],
    ['const lib = await import(\n  "./lib.mjs"\n)', 'lib.mjs']
  ])('is found in what the module imports, of which nothing runs: %s', async (statement, name) => {
    const runs = `import { mkdirSync } from 'node:fs'\nmkdirSync(new URL('ran', import.meta.url))\n`
    const { directory, url, urlOf, write } = module(`${runs}${statement}\n`)
    write('package.json', '{ "type": "module", "imports": { "#lib": "./lib.js" } }')
    write(name, `import './broken.mjs'\n${runs}`)
    write('broken.mjs', 'if {\n')
    expect(await syntaxErrorPlace(loaderError(MESSAGE), url)).toBe(`${urlOf('broken.mjs')}:1\nif {\n   ^\n`)
    expect(readdirSync(directory)).not.toContain('ran')
  })

  it('is that of the code in TypeScript', async () => {
    const { url, urlOf, write } = module("import './lib.ts'\n")
    write('lib.ts', 'const a: number = 1\nconst a: string = 2\n')
    const place = await syntaxErrorPlace(loaderError("Identifier 'a' has already been declared"), url)
    expect(place).toContain(`${urlOf('lib.ts')}:2\n`)
  })

  it('is looked for once in files that import each other', async () => {
    const { url, write } = module("import './lib.mjs'\nimport './gone.mjs'\n")
    write('lib.mjs', "import './app.mjs'\n")
    expect(await syntaxErrorPlace(loaderError(MESSAGE), url)).toBe('')
  })

  it.each([
    ['another error', 'let let = 1\n'],
    ['no error', 'export default 1\n']
  ])('is not told when the file has %s by now', async (_, text) => {
    const { url, write } = module('if {\n')
    write('app.mjs', text)
    expect(await syntaxErrorPlace(loaderError(MESSAGE), url)).toBe('')
  })

  it('is not looked for when the code of the app has thrown the error', async () => {
    const { url } = module('if {\n')
    expect(await syntaxErrorPlace(new SyntaxError(MESSAGE), url)).toBe('')
  })
})
