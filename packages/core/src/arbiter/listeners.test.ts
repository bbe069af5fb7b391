import { existsSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Listener, removeSocketFile } from './listeners.ts'

/** A listener whose file is an ordinary one: what counts is its path and its inode. */
function listenerWithFile(): Listener & { file: { path: string } } {
  const folder = mkdtempSync(join(tmpdir(), 'pf-listeners-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'app.sock')
  writeFileSync(path, '')
  return { fd: 99, name: `unix:${path}`, file: { path, inode: statSync(path).ino }, isOurs: true }
}

describe('removeSocketFile', () => {
  it('removes the file that is ours', () => {
    const listener = listenerWithFile()
    removeSocketFile(listener)
    expect(existsSync(listener.file.path)).toBe(false)
  })

  it('leaves a file that somebody else has put in its place', () => {
    const listener = listenerWithFile()
    const { path } = listener.file
    writeFileSync(`${path}.new`, '')
    renameSync(`${path}.new`, path)
    removeSocketFile(listener)
    expect(existsSync(path)).toBe(true)
  })

  it('has nothing to do when the file is gone, or never was', () => {
    const listener = listenerWithFile()
    rmSync(listener.file.path)
    expect(() => removeSocketFile(listener)).not.toThrow()
    expect(() =>
      removeSocketFile({ fd: 99, name: 'http://127.0.0.1:8000', file: undefined, isOurs: true })
    ).not.toThrow()
  })
})
