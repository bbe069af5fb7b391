import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
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
  file.write({ beside: false })
  return file
}

/** The file of a new arbiter, beside that of an old one. */
function writtenBeside(path: string): Pidfile {
  const file = pidfile(path)
  file.write({ beside: true })
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
    expect(() => file.write({ beside: false })).toThrow(expect.objectContaining(REFUSED))
    expect(() => file.write({ beside: false })).toThrow(`'${path}' names process ${pid}`)
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
    expect(() => second.write({ beside: false })).toThrow(
      `already running: '${path}' names process ${process.pid}`
    )
    writeFileSync(path, '')
    expect(() => second.write({ beside: false })).toThrow(`already running: another pf holds '${path}'`)
    expect(readdirSync(dirname(path))).toEqual(['pf.pid'])
  })

  it('refuses a path in a folder that is not there, and says so', () => {
    const path = join(folder(), 'nowhere', 'pf.pid')
    expect(() => pidfile(path).write({ beside: false })).toThrow(expect.objectContaining(REFUSED))
    expect(() => pidfile(path).write({ beside: false })).toThrow(
      `'${path}' (ENOENT): the folder does not exist`
    )
  })

  it('leaves nothing behind when it cannot write', () => {
    const path = join(folder(), 'pf.pid')
    mkdirSync(path)
    expect(() => pidfile(path).write({ beside: false })).toThrow(expect.objectContaining(REFUSED))
    expect(readdirSync(dirname(path))).toEqual(['pf.pid'])
  })
})

describe('Pidfile.promote()', () => {
  it.each([
    ['is nothing', undefined],
    ['is a file that nobody holds', `${NOBODY}\n`]
  ])('moves the file where there %s', (_, text) => {
    const path = text === undefined ? join(folder(), 'pf.pid') : fileWith(text)
    const file = writtenBeside(path)
    expect(textOf(`${path}.2`)).toBe(OURS)
    file.promote()
    expect(textOf(path)).toBe(OURS)
    expect(readdirSync(dirname(path))).toEqual(['pf.pid'])
    expect(() => pidfile(path).write({ beside: false })).toThrow('already running')
    file.remove()
    expect(existsSync(path)).toBe(false)
  })

  it('refuses the place of a file that another holds, and stays where it is', () => {
    const path = join(folder(), 'pf.pid')
    written(path)
    const file = writtenBeside(path)
    expect(() => file.promote()).toThrow(expect.objectContaining(REFUSED))
    expect(textOf(`${path}.2`)).toBe(OURS)
  })

  it('has nothing to do when the old arbiter has moved it, and it is removed from there', () => {
    const path = join(folder(), 'pf.pid')
    const file = writtenBeside(path)
    renameSync(`${path}.2`, path)
    file.promote()
    expect(textOf(path)).toBe(OURS)
    file.remove()
    expect(readdirSync(dirname(path))).toEqual([])
  })

  it('has nothing to do when there was no old arbiter any more', () => {
    const path = join(folder(), 'pf.pid')
    const file = written(path)
    expect(() => file.promote()).not.toThrow()
    expect(textOf(path)).toBe(OURS)
  })
})

describe('Pidfile.leave()', () => {
  const HEIR = process.ppid

  it('puts the file of the new arbiter in the place of its own', () => {
    const path = join(folder(), 'pf.pid')
    const file = written(path)
    writeFileSync(`${path}.2`, `${HEIR}\n`)
    file.leave(HEIR)
    expect(textOf(path)).toBe(`${HEIR}\n`)
    expect(readdirSync(dirname(path))).toEqual(['pf.pid'])
  })

  it.each([
    ['there is none', undefined, undefined],
    ['that one has no file yet', HEIR, undefined],
    ['another has the file beside it', HEIR, `${NOBODY}\n`]
  ])('removes its own when %s', (_, heir, beside) => {
    const path = join(folder(), 'pf.pid')
    const file = written(path)
    if (beside !== undefined) writeFileSync(`${path}.2`, beside)
    file.leave(heir)
    expect(existsSync(path)).toBe(false)
    expect(existsSync(`${path}.2`)).toBe(beside !== undefined)
  })

  it('leaves alone what somebody has put in its place', () => {
    const path = join(folder(), 'pf.pid')
    const file = written(path)
    rmSync(path)
    writeFileSync(path, 'precious')
    writeFileSync(`${path}.2`, `${HEIR}\n`)
    file.leave(HEIR)
    expect([textOf(path), textOf(`${path}.2`)]).toEqual(['precious', `${HEIR}\n`])
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
