import { chmodSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Project } from '../testing/project.ts'
import { type Running, restartCommand } from './restart-command.ts'

/** A folder with a release in `releases/41`, to which `current` leads, and a Node in `bin`. */
function deployed() {
  const project = new Project()
  onTestFinished(() => project.remove())
  const root = project.directory
  mkdirSync(join(root, 'releases/41'), { recursive: true })
  symlinkSync('releases/41', join(root, 'current'))
  const node = project.write('bin/node', '#!/bin/sh\n')
  chmodSync(node, 0o755)
  return { root, node, project }
}

function running(changes: Partial<Running>): Running {
  return { argv0: 'node', execPath: '/real/node', execArgv: [], script: '/srv/pf', cwd: '/', ...changes }
}

const START = { argv: ['-w', '2', 'app.js'], env: { PATH: '/nowhere', A: 'b' }, directory: '/' }

describe('restartCommand', () => {
  it('has the arguments, the environment and the directory of the start', () => {
    expect(restartCommand(START, running({ execArgv: ['--no-warnings'] }))).toEqual({
      file: '/real/node',
      args: ['--no-warnings', '/srv/pf', '-w', '2', 'app.js'],
      env: { PATH: '/nowhere', A: 'b' },
      cwd: '/'
    })
  })

  it('finds Node in PATH when it was called by its name alone', () => {
    const { root, node } = deployed()
    const env = { PATH: `/nowhere:${root}/current:bin` }
    expect(restartCommand({ ...START, env, directory: root }, running({})).file).toBe(node)
  })

  it.each([['./bin/node'], ['bin/node']])('finds Node by the path it was called by: %s', (argv0) => {
    const { root, node } = deployed()
    expect(restartCommand({ ...START, directory: root }, running({ argv0 })).file).toBe(node)
  })

  it('follows the link by which Node was called', () => {
    const { root } = deployed()
    const argv0 = join(root, 'node-lts')
    symlinkSync('bin/node', argv0)
    expect(restartCommand(START, running({ argv0 })).file).toBe(argv0)
  })

  it.each([['/nowhere/node'], ['node'], ['pf'], ['']])(
    "takes Node's own path when '%s' is of no use",
    (argv0) => {
      const { project } = deployed()
      chmodSync(project.write('pf', ''), 0o755)
      const start = { ...START, env: { PATH: project.directory } }
      expect(restartCommand(start, running({ argv0 })).file).toBe('/real/node')
    }
  )

  it('keeps the link by which pf was called', () => {
    expect(restartCommand(START, running({ script: '/usr/local/bin/pf', cwd: '/srv' })).args[0]).toBe(
      '/usr/local/bin/pf'
    )
  })

  it('names a pf below the start directory as that directory was named', () => {
    const { root } = deployed()
    const [cwd, directory] = [join(root, 'releases/41'), join(root, 'current')]
    const script = join(cwd, 'node_modules/.bin/pf')
    const { args } = restartCommand({ ...START, directory }, running({ script, cwd }))
    expect(args[0]).toBe(`${directory}/node_modules/.bin/pf`)
  })
})
