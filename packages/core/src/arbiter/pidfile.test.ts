import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { removePidfile, writePidfile } from './pidfile.ts'

/** Above any number that Linux or macOS gives to a process. */
const NOBODY = 2 ** 22 + 1

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

const REFUSED = { code: 'PF_PIDFILE' }

describe('writePidfile', () => {
  it('writes the id of this process and nothing beside it', () => {
    const path = join(folder(), 'pf.pid')
    writePidfile(path)
    expect(readFileSync(path, 'utf8')).toBe(`${process.pid}\n`)
    expect(readdirSync(join(path, '..'))).toEqual(['pf.pid'])
  })

  it.each([`${NOBODY}\n`, `${process.pid}\n`, '', 'hello', '0', '-1', '12 34', '1e3'])(
    'replaces a file that holds %j',
    (text) => {
      const path = fileWith(text)
      writePidfile(path)
      expect(readFileSync(path, 'utf8')).toBe(`${process.pid}\n`)
    }
  )

  it.each([
    ['its parent', process.ppid],
    ['a process it may not signal', 1]
  ])('refuses one that names %s, and leaves it as it is', (_, pid) => {
    const path = fileWith(`${pid}\n`)
    expect(() => writePidfile(path)).toThrow(expect.objectContaining(REFUSED))
    expect(() => writePidfile(path)).toThrow(`'${path}' names process ${pid}`)
    expect(readFileSync(path, 'utf8')).toBe(`${pid}\n`)
  })

  it('refuses a path in a folder that is not there, and says so', () => {
    const path = join(folder(), 'nowhere', 'pf.pid')
    expect(() => writePidfile(path)).toThrow(expect.objectContaining(REFUSED))
    expect(() => writePidfile(path)).toThrow(`'${path}' (ENOENT)`)
  })

  it('leaves nothing behind when it cannot write', () => {
    const path = join(folder(), 'pf.pid')
    mkdirSync(path)
    expect(() => writePidfile(path)).toThrow(expect.objectContaining(REFUSED))
    expect(readdirSync(join(path, '..'))).toEqual(['pf.pid'])
  })
})

describe('removePidfile', () => {
  it('removes the file that names this process', () => {
    const path = join(folder(), 'pf.pid')
    writePidfile(path)
    removePidfile(path)
    expect(existsSync(path)).toBe(false)
  })

  it('leaves a file that another process has put there', () => {
    const path = fileWith(`${process.ppid}\n`)
    removePidfile(path)
    expect(readFileSync(path, 'utf8')).toBe(`${process.ppid}\n`)
  })

  it('has nothing to do when there is none', () => {
    expect(() => removePidfile(join(folder(), 'pf.pid'))).not.toThrow()
  })
})
