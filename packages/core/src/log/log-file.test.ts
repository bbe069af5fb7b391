import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { openLogFile } from './log-file.ts'

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'pf-log-file-'))
  onTestFinished(() => rmSync(path, { recursive: true }))
  return path
}

describe('openLogFile', () => {
  it('makes the file and writes lines to it in their order', async () => {
    const path = join(folder(), 'pf.log')
    const file = openLogFile(path, 2, false)
    const lines = ['one\n', 'grün\n', 'three\n']
    for (const line of lines) file.write(line)
    await vi.waitUntil(() => readFileSync(path, 'utf8') === lines.join(''))
  })

  it('writes at the latest when it is flushed, what is under way aside', async () => {
    const path = join(folder(), 'pf.log')
    const file = openLogFile(path, 2, false)
    file.write('under way\n')
    file.write('buffered\n')
    file.flush()
    expect(readFileSync(path, 'utf8')).toContain('buffered\n')
    await vi.waitUntil(() => readFileSync(path, 'utf8').includes('under way\n'))
  })

  it('has written a line before the call returns when it is to be sync', () => {
    const path = join(folder(), 'pf.log')
    const file = openLogFile(path, 2, true)
    expect(readFileSync(path, 'utf8')).toBe('')
    file.write('one\n')
    expect(readFileSync(path, 'utf8')).toBe('one\n')
  })

  it('appends to a file that is there', () => {
    const path = join(folder(), 'pf.log')
    writeFileSync(path, 'before\n')
    const file = openLogFile(path, 2, true)
    file.write('after\n')
    expect(readFileSync(path, 'utf8')).toBe('before\nafter\n')
  })

  it('has nothing to flush when nothing was written', () => {
    const path = join(folder(), 'pf.log')
    const file = openLogFile(path, 2, false)
    file.flush()
    file.flush()
    expect(readFileSync(path, 'utf8')).toBe('')
  })

  it.each([
    ['in a folder that is not there', 'ENOENT', (path: string) => join(path, 'nowhere', 'pf.log')],
    ['that is a folder', 'EISDIR', (path: string) => path]
  ])('refuses a path %s', (_, code, pathIn) => {
    const path = folder()
    mkdirSync(join(path, 'sub'))
    const bad = pathIn(path)
    expect(() => openLogFile(bad, 2, true)).toThrow(expect.objectContaining({ code: 'PF_LOGFILE' }))
    expect(() => openLogFile(bad, 2, true)).toThrow(`cannot open the log file '${bad}' (${code})`)
  })
})
