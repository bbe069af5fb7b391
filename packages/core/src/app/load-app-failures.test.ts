import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { failureOf, folderWith } from './test-load-support.ts'

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
