import { mkdirSync, realpathSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Project } from '../testing/project.ts'
import { checkStartDirectory, startDirectory } from './start.ts'

/** A folder `releases/41`, and `current`, a link to it. */
function deployed(): { link: string; real: string; root: string } {
  const project = new Project()
  onTestFinished(() => project.remove())
  const root = realpathSync(project.directory)
  const [link, real] = [join(root, 'current'), join(root, 'releases/41')]
  mkdirSync(real, { recursive: true })
  symlinkSync('releases/41', link)
  return { link, real, root }
}

describe('startDirectory', () => {
  it('is what PWD says of the same directory', () => {
    const { link, real } = deployed()
    expect(startDirectory(real, { PWD: link })).toBe(link)
  })

  it.each([
    ['of another directory', (root: string) => root],
    ['of none', (root: string) => join(root, 'nowhere')],
    ['relative', () => '.']
  ])('leaves a PWD aside that is %s', (_, pwd) => {
    const { real, root } = deployed()
    expect(startDirectory(real, { PWD: pwd(root) })).toBe(real)
    expect(startDirectory(real, {})).toBe(real)
  })
})

describe('checkStartDirectory', () => {
  it('throws when it is not there any more', () => {
    const { link, root } = deployed()
    expect(() => checkStartDirectory(link)).not.toThrow()
    expect(() => checkStartDirectory(join(root, 'gone'))).toThrow(
      expect.objectContaining({
        code: 'PF_CONFIG',
        message: expect.stringContaining(`${root}/gone, where pf`)
      })
    )
  })
})
