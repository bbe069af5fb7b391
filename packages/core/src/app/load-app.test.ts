import { Server as HttpServer } from 'node:http'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { loadApp } from './load-app.ts'
import { answerOf, FETCH, failureOf, folderWith, NODE } from './test-load-support.ts'
import { FakeExchange } from './test-support.ts'

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
