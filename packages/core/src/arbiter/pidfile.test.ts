import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openDescriptors } from '../common/descriptors.ts'
import { Pidfile } from './pidfile.ts'

/** Above any number that Linux or macOS gives to a process. */
const NOBODY = 2 ** 22 + 1
const REFUSED = { code: 'PF_PIDFILE' }
const DESCRIPTORS = openDescriptors()

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'pf-pidfile-'))
  onTestFinished(() => rmSync(path, { recursive: true }))
  return path
}

/** The path of a pid file that holds `text`. */
function fileWith(text: string): string {
  const path = join(folder(), 'pf.pid')
  writeFileSync(path, text)
  return path
}

function pidfile(path: string): Pidfile {
  const file = new Pidfile(path, DESCRIPTORS)
  onTestFinished(() => file.remove())
  return file
}

function written(path: string): Pidfile {
  const file = pidfile(path)
  file.write()
  return file
}

const OURS = `${process.pid}\n`
const textOf = (path: string) => readFileSync(path, 'utf8')

describe('Pidfile.write()', () => {
  it('writes the id of this process and nothing beside it', () => {
    const path = join(folder(), 'pf.pid')
    written(path)
    expect(textOf(path)).toBe(OURS)
    expect(readdirSync(dirname(path))).toEqual(['pf.pid'])
  })

  it.each([`${NOBODY}\n`, OURS, '', 'hello', '0', '-1', '12 34', '1e3'])(
    'replaces a file that holds %j',
    (text) => {
      const path = fileWith(text)
      written(path)
      expect(textOf(path)).toBe(OURS)
    }
  )

  it('replaces a link and not the file that it leads to', () => {
    const target = fileWith('precious')
    const path = `${target}.link`
    symlinkSync(target, path)
    written(path)
    expect([textOf(path), textOf(target)]).toEqual([OURS, 'precious'])
  })

  it.each([
    ['its parent', process.ppid],
    ['a process it may not signal', 1]
  ])('refuses a file that names %s, and leaves it as it is', (_, pid) => {
    const path = fileWith(`${pid}\n`)
    const file = pidfile(path)
    expect(() => file.write()).toThrow(expect.objectContaining(REFUSED))
    expect(() => file.write()).toThrow(`'${path}' names process ${pid}`)
    expect(textOf(path)).toBe(`${pid}\n`)
  })

  it.runIf(process.platform === 'linux')('replaces a file older than the process that it names', () => {
    const path = fileWith(`${process.ppid}\n`)
    utimesSync(path, 1, 1)
    written(path)
    expect(textOf(path)).toBe(OURS)
  })

  it('refuses a file that another holds, whatever it says', () => {
    const path = join(folder(), 'pf.pid')
    written(path)
    const second = pidfile(path)
    expect(() => second.write()).toThrow(`already running: '${path}' names process ${process.pid}`)
    writeFileSync(path, '')
    expect(() => second.write()).toThrow(`already running: another pf holds '${path}'`)
    expect(readdirSync(dirname(path))).toEqual(['pf.pid'])
  })

  it('refuses a path in a folder that is not there, and says so', () => {
    const path = join(folder(), 'nowhere', 'pf.pid')
    expect(() => pidfile(path).write()).toThrow(expect.objectContaining(REFUSED))
    expect(() => pidfile(path).write()).toThrow(`'${path}' (ENOENT): the folder does not exist`)
  })

  it('leaves nothing behind when it cannot write', () => {
    const path = join(folder(), 'pf.pid')
    mkdirSync(path)
    expect(() => pidfile(path).write()).toThrow(expect.objectContaining(REFUSED))
    expect(readdirSync(dirname(path))).toEqual(['pf.pid'])
  })
})

describe('Pidfile.rename()', () => {
  it.each([
    ['is nothing', undefined],
    ['is a file that nobody holds', `${NOBODY}\n`]
  ])('moves the file where there %s', (_, text) => {
    const path = text === undefined ? join(folder(), 'pf.pid') : fileWith(text)
    const file = written(`${path}.2`)
    file.rename(path)
    expect(textOf(path)).toBe(OURS)
    expect(readdirSync(dirname(path))).toEqual(['pf.pid'])
    expect(() => pidfile(path).write()).toThrow('already running')
    file.remove()
    expect(existsSync(path)).toBe(false)
  })

  it('refuses the place of a file that another holds, and stays where it is', () => {
    const path = join(folder(), 'pf.pid')
    written(path)
    const file = written(`${path}.2`)
    expect(() => file.rename(path)).toThrow(expect.objectContaining(REFUSED))
    expect(textOf(`${path}.2`)).toBe(OURS)
  })
})

describe('Pidfile.remove()', () => {
  it('removes the file, for another to have it', () => {
    const path = join(folder(), 'pf.pid')
    written(path).remove()
    expect(existsSync(path)).toBe(false)
    written(path)
    expect(textOf(path)).toBe(OURS)
  })

  it.each([
    ['written another id into it', (path: string) => writeFileSync(path, `${process.ppid}\n`)],
    [
      'put another file there',
      (path: string) => {
        rmSync(path)
        writeFileSync(path, OURS)
      }
    ]
  ])('leaves it when somebody has %s', (_, meddle) => {
    const path = join(folder(), 'pf.pid')
    const file = written(path)
    meddle(path)
    file.remove()
    expect(existsSync(path)).toBe(true)
  })

  it('has nothing to do when there is none', () => {
    const path = join(folder(), 'pf.pid')
    const file = written(path)
    rmSync(path)
    expect(() => file.remove()).not.toThrow()
    expect(() => file.remove()).not.toThrow()
  })
})
