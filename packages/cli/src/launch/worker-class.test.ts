import { pathToFileURL } from 'node:url'
import { PfError } from '@pf/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { classModule, HEAP, Project } from '../testing/project.ts'
import { type ResolvedClass, resolveWorkerClass } from './worker-class.ts'

let project: Project

beforeEach(() => {
  project = new Project()
})

afterEach(() => project.remove())

function find(name: string, directory = project.directory, ...more: string[]): Promise<ResolvedClass> {
  const importModule = (url: string): Promise<unknown> => import(url)
  return resolveWorkerClass(name, { directories: [directory, ...more], env: {}, importModule })
}

async function failure(name: string, ...more: string[]): Promise<string> {
  const error = await find(name, project.directory, ...more).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(PfError)
  expect(error).toMatchObject({ code: 'PF_WORKER_CLASS' })
  return (error as PfError).message
}

describe('resolveWorkerClass', () => {
  it.each(['@pf/worker-tiny', 'pf-worker-tiny', 'tiny'])(
    "finds 'tiny' in the package %s",
    async (packageName) => {
      const path = project.install(packageName, classModule('tiny', HEAP))
      expect(await find('tiny')).toEqual({ name: 'tiny', url: pathToFileURL(path).href, settings: HEAP })
    }
  )

  it('prefers @pf/worker-NAME to pf-worker-NAME to NAME', async () => {
    project.install('tiny', classModule('third'))
    project.install('pf-worker-tiny', classModule('second'))
    expect((await find('tiny')).name).toBe('second')
    project.install('@pf/worker-tiny', classModule('first'))
    expect((await find('tiny')).name).toBe('first')
  })

  it('finds a scoped package by its own name', async () => {
    project.install('@acme/pf-tiny', classModule('tiny'))
    expect((await find('@acme/pf-tiny')).name).toBe('tiny')
  })

  it('finds a path from the start directory, an absolute one, and a file URL', async () => {
    const path = project.write('classes/tiny.mjs', classModule('tiny'))
    const { href } = pathToFileURL(path)
    for (const name of ['./classes/tiny.mjs', path, href]) expect((await find(name)).url).toBe(href)
  })

  it('looks in the further directories too', async () => {
    const other = new Project()
    other.install('tiny', classModule('tiny'))
    expect((await find('tiny', project.directory, other.directory)).name).toBe('tiny')
    other.remove()
  })

  it("never takes the npm package called 'async' for pf's class", async () => {
    project.install('async', classModule('async'))
    expect(await failure('async')).toContain("worker class 'async' is not installed")
  })

  it("finds pf's own class in the user's directory first", async () => {
    const path = project.install('@pf/worker-sync', classModule('sync'))
    expect((await find('sync')).url).toBe(pathToFileURL(path).href)
  })

  it.each([
    ['pnpm-lock.yaml', 'pnpm add @pf/worker-async'],
    ['yarn.lock', 'yarn add @pf/worker-async'],
    ['package-lock.json', 'npm install @pf/worker-async']
  ])('says how to install a class of pf where there is a %s', async (lockFile, command) => {
    project.write(lockFile, '')
    expect(await failure('async')).toBe(`worker class 'async' is not installed: run  ${command}`)
  })

  it('names what it tried for an unknown name, and the nearest one', async () => {
    expect(await failure('asink')).toBe(
      "unknown worker class 'asink'; did you mean 'async'? " +
        '(pf has sync, gthread, async; no package @pf/worker-asink, pf-worker-asink, asink is installed)'
    )
    expect(await failure('somethingElse')).toContain("unknown worker class 'somethingElse' (pf has")
  })

  it.each(['http', 'node:http', 'a b', '%2f', '\0'])('does not know %j', async (name) => {
    expect(await failure(name)).toContain('unknown worker class')
  })

  it('says that a path leads nowhere, and names each folder once', async () => {
    const { directory } = project
    const message = `worker class './nope.js': there is no such file, seen from ${directory}`
    expect(await failure('./nope.js', directory)).toBe(`${message}; check the path`)
    expect(await failure('./nope.js', '/srv')).toBe(`${message} or /srv; check the path`)
  })

  it('says how to name a file', async () => {
    project.write('tiny.js', classModule('tiny'))
    expect(await failure('tiny.js')).toBe("unknown worker class 'tiny.js'; for the file write './tiny.js'")
  })

  it.each([
    'export const other = 1',
    'export const workerClass = null',
    "export const workerClass = 'tiny'",
    'export const workerClass = { boot() {}, capacity() {} }',
    "export const workerClass = { name: 'tiny', capacity() {} }"
  ])('refuses a module that has no worker class: %s', async (text) => {
    const path = project.install('tiny', text)
    expect(await failure('tiny')).toBe(
      `'tiny' (${path}) is not a worker class: it must export  workerClass , an object with a name, capacity() and boot()`
    )
  })

  it('says why a module failed to load', async () => {
    const path = project.install('tiny', 'throw new Error("no licence")')
    expect(await failure('tiny')).toBe(`worker class 'tiny' (${path}) failed to load: no licence`)
  })

  it('says why a package has nothing to import', async () => {
    project.write('node_modules/tiny/package.json', '{ "name": "tiny", "exports": {} }')
    expect(await failure('tiny')).toMatch(/^worker class 'tiny' cannot be found: No "exports" main/)
  })
})
