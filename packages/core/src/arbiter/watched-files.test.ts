import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { fileState } from '../common/file-state.ts'
import { WatchedFiles } from './watched-files.ts'

let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pf-watched-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
})

function write(name: string, text: string): string {
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  return path
}

/** Files watched as loaded, in the state they are in. */
function watching(...paths: readonly string[]): WatchedFiles {
  const files = new WatchedFiles([])
  for (const path of paths) files.add({ path, state: fileState(path) })
  return files
}

describe('WatchedFiles', () => {
  it('tells a change once', () => {
    const path = write('a.js', '1')
    const files = watching(path, write('b.js', '1'))
    expect(files.changes()).toEqual([])
    write('a.js', '2')
    expect(files.changes()).toEqual([path])
    expect(files.changes()).toEqual([])
  })

  it('tells that a file has gone, and has come', () => {
    const path = write('a.js', '1')
    const missing = join(folder, 'sub/b.js')
    const files = watching(path, missing)
    rmSync(path)
    expect(files.changes()).toEqual([path])
    write('sub/b.js', '1')
    expect(files.changes()).toEqual([missing])
  })

  it('takes a file that was touched, or written as it was, for unchanged', () => {
    const path = write('a.js', '1')
    const files = watching(path)
    utimesSync(path, 1, 1)
    write('a.js', '1')
    expect(files.changes()).toEqual([])
  })

  it('tells what has changed after a worker had loaded it and before it was watched', () => {
    const path = write('a.js', '1')
    const state = fileState(path)
    write('a.js', '2')
    const files = watching()
    files.add({ path, state })
    expect(files.changes()).toEqual([path])
  })

  it('tells a file that two workers have found in different states, though it is now as the later one found it', () => {
    const path = write('a.js', '1')
    const files = watching(path)
    write('a.js', '2')
    files.add({ path, state: fileState(path) })
    expect(files.changes()).toEqual([path])
    expect(files.changes()).toEqual([])
  })

  it('compares size and time of a large file', () => {
    const path = write('large.bin', 'x'.repeat(2 << 20))
    const files = watching(path)
    utimesSync(path, 1, 1)
    expect(files.changes()).toEqual([path])
  })

  it('finds what globs match, outside of packages', () => {
    write('views/a.html', '1')
    const files = new WatchedFiles([join(folder, 'views/**/*.html')])
    expect(files.changes()).toEqual([])
    const deep = write('views/deep/er/b.html', '1')
    write('views/node_modules/c.html', '1')
    write('views/d.txt', '1')
    expect(files.changes()).toEqual([deep])
    rmSync(deep)
    expect(files.changes()).toEqual([deep])
    expect([deep, join(folder, 'views/d.txt')].map((path) => files.has(path))).toEqual([true, false])
  })

  it('names the folders in which that may happen', () => {
    write('views/deep/er/b.html', '1')
    write('views/node_modules/other/c.html', '1')
    write('views/.git/hooks/d.html', '1')
    write('flat/sub/a.txt', '1')
    const globs = ['views/**/*.html', 'flat/*.txt', 'one/file.txt', 'gone/*/x'].map((glob) =>
      join(folder, glob)
    )
    const files = new WatchedFiles(globs)
    files.add({ path: join(folder, 'src/app.js'), state: '' })
    const expected = ['src', 'views', 'views/deep', 'views/deep/er', 'flat', 'one', 'gone']
    expect([...files.folders].sort()).toEqual(expected.map((name) => join(folder, name)).sort())
  })
})
