import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Project } from '../testing/project.ts'
import { installCommand } from './install-command.ts'

let project: Project

beforeEach(() => {
  project = new Project()
})

afterEach(() => project.remove())

describe('installCommand', () => {
  it('is one of npm where nothing speaks for another', () => {
    expect(installCommand('x', project.directory, {})).toBe('npm install x')
  })

  it.each([
    ['pnpm/10.34.8 npm/? node/v26', 'pnpm add x'],
    ['yarn/1.22.0 npm/? node/v26', 'yarn add x'],
    ['npm/11.0.0 node/v26', 'npm install x']
  ])('follows the package manager that runs pf (%s)', (agent, command) => {
    expect(installCommand('x', project.directory, { npm_config_user_agent: agent })).toBe(command)
  })

  it('follows a lock file above before that', () => {
    project.write('yarn.lock', '')
    project.write('apps/shop/package.json', '{}')
    const env = { npm_config_user_agent: 'pnpm/10.34.8' }
    expect(installCommand('x', `${project.directory}/apps/shop`, env)).toBe('yarn add x')
  })
})
