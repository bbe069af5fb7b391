import {
  existsSync,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openDescriptors } from '../common/descriptors.ts'
import { type Listener, openListener, removeSocketFile } from './listeners.ts'

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pf-listeners-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

/** A listener whose file is an ordinary one: what counts is its path and its inode. */
function listenerWithFile(): Listener & { file: { path: string } } {
  const path = join(temporaryFolder(), 'app.sock')
  writeFileSync(path, '')
  return { fd: 99, name: `unix:${path}`, file: { path, inode: statSync(path).ino }, isOurs: true }
}

describe('openListener', () => {
  it('leaves nothing behind where the file of a UNIX socket cannot get its name', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'app.sock')
    const descriptors = openDescriptors()
    const duplicates: number[] = []
    const duplicate = (fd: number): number => {
      // Somebody else has taken the name meanwhile, for something that nothing can replace.
      mkdirSync(path)
      duplicates.push(descriptors.duplicate(fd))
      return duplicates[0] as number
    }
    await expect(
      openListener({ kind: 'unix', path }, 5, { ...descriptors, duplicate })
    ).rejects.toMatchObject({
      code: 'PF_BIND',
      message: expect.stringMatching(`^cannot listen on unix:${path}: .+$`)
    })
    expect(readdirSync(folder)).toEqual(['app.sock'])
    expect(duplicates).toHaveLength(1)
    expect(() => fstatSync(duplicates[0] as number)).toThrow('EBADF')
  })
})

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
