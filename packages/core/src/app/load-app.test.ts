import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { Server as HttpServer } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { PfError } from '../common/errors.ts'
import { loadApp } from './load-app.ts'
import type { AppInterface } from './recognise.ts'
import { FakeExchange } from './test-support.ts'

/**
 * A new folder with these files, which is the working directory until the test ends. It is below `node_modules`, since
 * what is there vitest leaves for Node to import.
 */
function folderWith(files: Record<string, string>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'pf-load-app-')))
  const folder = join(root, 'node_modules', 'a')
  mkdirSync(folder, { recursive: true })
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  const cwd = vi.spyOn(process, 'cwd').mockReturnValue(folder)
  onTestFinished(() => {
    cwd.mockRestore()
    rmSync(root, { recursive: true })
  })
  return folder
}

/** What the app answers to `GET /`. */
async function answerOf(target: string, style: AppInterface = 'auto'): Promise<string> {
  const app = await loadApp({ target, interface: style })
  const exchange = new FakeExchange()
  await app.handle(exchange)
  expect(exchange.failures).toEqual([])
  return exchange.content
}

async function failureOf(target: string): Promise<PfError> {
  const error: unknown = await loadApp({ target, interface: 'auto', listenWithin: 10 }).then(
    () => 'it has loaded',
    (error: unknown) => error
  )
  expect(error).toMatchObject({ name: 'PfError', code: 'PF_APP' })
  return error as PfError
}

const FETCH = "({ fetch: () => new Response('fetch') })"
const NODE = "(request, response) => response.end('node')"

describe('what loadApp serves', () => {
  it.each([
    ['app.mjs', `export default ${FETCH}`, 'app.mjs', 'fetch'],
    ['app.mjs', `export default ${NODE}`, 'app.mjs', 'node'],
    ['app.mjs', `export const app = ${FETCH}`, 'app.mjs', 'fetch'],
    ['app.mjs', `export const other = ${FETCH}`, 'app.mjs:other', 'fetch'],
    ['app.mjs', `export default ${NODE}; export const app = ${FETCH}`, 'app.mjs', 'node'],
    ['app.mjs', `export default ${NODE}; export const app = ${FETCH}`, 'app.mjs:app', 'fetch'],
    ['app.mjs', `export default Promise.resolve(${FETCH})`, 'app.mjs', 'fetch'],
    ['app.mjs', `export const make = () => ${FETCH}`, 'app.mjs:make()', 'fetch'],
    ['app.mjs', `export const make = async () => ${NODE}`, 'app.mjs:make()', 'node'],
    ['app.mjs', `export default () => ${FETCH}`, 'app.mjs:default()', 'fetch'],
    ['app.mjs', `await null; export default ${FETCH}`, 'app.mjs', 'fetch'],
    ['app.cjs', `module.exports = ${NODE}`, 'app.cjs', 'node'],
    ['app.cjs', `module.exports = ${FETCH}`, 'app.cjs', 'fetch'],
    ['app.cjs', `exports.app = ${FETCH}`, 'app.cjs:app', 'fetch'],
    [
      'app.cjs',
      `module.exports = Object.assign(Object.create({}), { ['a' + 'pp']: ${FETCH} })`,
      'app.cjs:app',
      'fetch'
    ],
    ['app.cjs', `module.exports = { make: () => ${FETCH} }`, 'app.cjs:make()', 'fetch'],
    ['dir/app.mjs', `export default ${FETCH}`, './dir/app.mjs', 'fetch'],
    ['my app.mjs', `export default ${FETCH}`, 'my app.mjs', 'fetch']
  ])('%s: %s, as %s', async (file, text, target, answer) => {
    folderWith({ [file]: text })
    expect(await answerOf(target)).toBe(answer)
  })

  it('is a plain function as the setting says', async () => {
    folderWith({ 'app.mjs': "export default () => new Response('fetch')" })
    expect(await answerOf('app.mjs', 'fetch')).toBe('fetch')
  })

  it('is found by an absolute path and by a file URL', async () => {
    const folder = folderWith({ 'app.mjs': `export default ${FETCH}` })
    expect(await answerOf(join(folder, 'app.mjs'))).toBe('fetch')
    expect(await answerOf(pathToFileURL(join(folder, 'app.mjs')).href)).toBe('fetch')
  })

  it.each(['shop', '@my/shop', '@my/shop/sub'])('is found in the package %s of the folder', async (name) => {
    const manifest = JSON.stringify({ exports: { '.': './main.mjs', './sub': './main.mjs' } })
    const path = `node_modules/${name.replace('/sub', '')}`
    folderWith({ [`${path}/package.json`]: manifest, [`${path}/main.mjs`]: `export default ${FETCH}` })
    expect(await answerOf(name)).toBe('fetch')
  })

  it('is, of a file and a package with one name, the file', async () => {
    folderWith({
      shop: `module.exports = ${FETCH}`,
      'node_modules/shop/index.js': 'throw new Error("the package")'
    })
    expect(await answerOf('shop')).toBe('fetch')
  })
})

describe('a program that calls listen()', () => {
  const PROGRAM = `
    import { createServer } from 'node:http'
    export const server = createServer((request, response) => response.end('program'))
    server.listen(8000)`

  it('is served without being bound', async () => {
    folderWith({ 'program.mjs': PROGRAM })
    expect(await answerOf('program.mjs')).toBe('program')
  })

  it('may be a CommonJS module', async () => {
    const text = PROGRAM.replace(
      "import { createServer } from 'node:http'",
      "const { createServer } = require('node:http')"
    )
    folderWith({ 'program.cjs': text.replace('export const server', 'const server') })
    expect(await answerOf('program.cjs')).toBe('program')
  })

  it('may do so some time after it has loaded, and learns its address', async () => {
    folderWith({
      'program.mjs': `
        import { createServer } from 'node:http'
        import { setImmediate } from 'node:timers/promises'
        let port
        const server = createServer((request, response) => response.end('port ' + port))
        setImmediate().then(() => server.listen(8000, () => { port = server.address().port }))`
    })
    const app = await loadApp({ target: 'program.mjs', interface: 'auto' })
    const exchange = new FakeExchange()
    await app.handle(exchange)
    expect(exchange.content).toBe('port 8000')
  })

  it('counts only if it exports no app', async () => {
    folderWith({ 'program.mjs': `${PROGRAM}; export default ${FETCH}` })
    expect(await answerOf('program.mjs')).toBe('fetch')
  })

  it('may listen in its factory', async () => {
    folderWith({
      'program.mjs': `
        import { createServer } from 'node:http'
        export function main() {
          createServer((request, response) => response.end('main')).listen(8000)
        }`
    })
    expect(await answerOf('program.mjs:main()')).toBe('main')
  })

  it('changes listen() for nobody afterwards', async () => {
    folderWith({ 'program.mjs': PROGRAM, 'bad.mjs': 'throw 1' })
    const before = HttpServer.prototype.listen
    await answerOf('program.mjs')
    await failureOf('bad.mjs')
    await failureOf('missing.mjs')
    expect(HttpServer.prototype.listen).toBe(before)
  })
})

describe('what loadApp refuses', () => {
  it.each(['missing.mjs', './missing', 'missing', '@my/missing', '/nowhere/app.js'])(
    'a module that is not there: %s',
    async (target) => {
      const folder = folderWith({})
      expect((await failureOf(target)).message).toBe(
        `there is no module '${target}' in ${folder}; check the path, or --chdir`
      )
    }
  )

  it.each([
    [
      'an export that is not there',
      'export const a = 1, b = 2',
      'app.mjs:c',
      "'app.mjs' has no export 'c'; it exports a, b"
    ],
    ['an export of an empty module', '', 'app.mjs:c', "'app.mjs' has no export 'c'; it exports nothing"],
    ['a factory that is not there', '', 'app.mjs:make()', "'app.mjs' has no export 'make'"],
    [
      'a factory that is none',
      'export const make = 1',
      'app.mjs:make()',
      "'make' in 'app.mjs' is no function to call"
    ],
    [
      'a module without a default export',
      'export const a = 1',
      'app.mjs',
      "'app.mjs' has no default export; it exports a"
    ],
    [
      'an empty module',
      '',
      'app.mjs',
      "'app.mjs' has no default export; it exports nothing; export the app as default (or name it, app.mjs:EXPORT), or call listen()"
    ],
    [
      'a number',
      'export default 1',
      'app.mjs',
      "the default export of 'app.mjs' is a number, not an app; pf serves an object with fetch()"
    ],
    ['null', 'export const app = null', 'app.mjs:app', "app of 'app.mjs' is null, not an app"],
    ['an empty object', 'export default {}', 'app.mjs', 'is an empty object, not an app'],
    [
      'an object of another kind',
      'export default { b: 1, a: 2 }',
      'app.mjs',
      'is an object with b, a, not an app'
    ],
    [
      'what a factory gives',
      'export const make = () => 7',
      'app.mjs:make()',
      "make of 'app.mjs' is a number, not an app"
    ],
    ['what follows the colon', '', 'app.mjs:a b', "'a b' in 'app.mjs:a b' is no export name"]
  ])('%s', async (_, text, target, message) => {
    folderWith({ 'app.mjs': text })
    expect((await failureOf(target)).message).toContain(message)
  })
})

describe('an app that throws while it loads', () => {
  it.each([
    [
      'a module',
      'app.mjs',
      'function broken() { throw new RangeError("too bad") }\nbroken()',
      'app.mjs',
      "the module 'app.mjs' failed to load"
    ],
    [
      'a factory',
      'app.mjs',
      'export function broken() { throw new RangeError("too bad") }',
      'app.mjs:broken()',
      "the factory 'broken()' of 'app.mjs' failed"
    ],
    [
      'an asynchronous factory',
      'app.mjs',
      'export async function broken() { await null; throw new RangeError("too bad") }',
      'app.mjs:broken()',
      "the factory 'broken()' of 'app.mjs' failed"
    ]
  ])('%s is shown with its own stack and nothing of Node', async (_, file, text, target, message) => {
    const folder = folderWith({ [file]: text })
    const error = await failureOf(target)
    const [first, second, third] = error.message.split('\n')
    expect([first, second]).toEqual([message, 'RangeError: too bad'])
    expect(third).toMatch(/^ +at (async )?broken \(/)
    expect(third).toContain(join(folder, file))
    expect(error.message).not.toContain('node:internal')
    expect(error.cause).toBeInstanceOf(RangeError)
  })

  it('is shown once', async () => {
    folderWith({ 'app.mjs': 'throw new Error("too bad")' })
    const { message } = await failureOf('app.mjs')
    expect(message.split('too bad')).toHaveLength(2)
  })

  it('may throw what is no error', async () => {
    folderWith({ 'app.mjs': 'throw "too bad"' })
    expect((await failureOf('app.mjs')).message).toBe("the module 'app.mjs' failed to load\ntoo bad")
  })

  it('is told from a module that itself imports what is not there', async () => {
    folderWith({ 'app.mjs': "import './gone.mjs'" })
    const { message } = await failureOf('app.mjs')
    expect(message).toMatch(/^the module 'app\.mjs' failed to load\n/)
    expect(message).toContain('gone.mjs')
  })

  it('is shown with where its syntax is wrong', async () => {
    folderWith({ 'app.mjs': '\nconst = 1' })
    const { message } = await failureOf('app.mjs')
    expect(message).toContain("the module 'app.mjs' failed to load")
    expect(message).toContain('SyntaxError')
  })

  it.each([
    ["Fastify's ready()", '{ ready: async () => { throw new RangeError("too bad") }, routing() {} }'],
    ["Nest's init()", '{ init: async () => { throw new RangeError("too bad") }, getHttpAdapter() {} }'],
    ["Koa's callback()", '{ callback() { throw new RangeError("too bad") } }'],
    ['a promise for the app', 'Promise.reject(new RangeError("too bad"))']
  ])('may throw in %s', async (_, app) => {
    folderWith({ 'app.mjs': `const app = ${app}\nexport { app as default }` })
    expect((await failureOf('app.mjs')).message).toContain('RangeError: too bad')
  })
})
