import { execFileSync } from 'node:child_process'
import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { endLogs, lastMoment } from './last-writes.ts'
import { type LogFile, openLogFile, reopenLog } from './log-file.ts'
import { Logger } from './logger.ts'

const MIB = 1 << 20

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'pf-log-file-'))
  onTestFinished(() => rmSync(path, { recursive: true }))
  return path
}

function open(path: string, sync: boolean): LogFile {
  return openLogFile({ path, standard: 2, sync, descriptors: { unblock: () => {} } })
}

/** Has all of it written out, however long that takes here. */
function end(file: LogFile): Promise<void> {
  return endLogs([file], performance.now() + 60_000)
}

function textOf(path: string): string {
  return readFileSync(path, 'utf8')
}

/** The descriptors of this process that refer to `path`, whatever its name is by now. */
function holders(fd: number): number {
  const inode = fstatSync(fd).ino
  let count = 0
  for (let other = 0; other < 200; other += 1) {
    try {
      if (fstatSync(other).ino === inode) count += 1
    } catch {
      // Not open.
    }
  }
  return count
}

/** A FIFO, with the end of it that is read from. */
class Fifo {
  readonly path = join(folder(), 'fifo')
  readonly fd: number

  constructor() {
    execFileSync('mkfifo', [this.path])
    this.fd = openSync(this.path, constants.O_RDONLY | constants.O_NONBLOCK)
  }

  /** What can be read just now. */
  read(): string {
    const buffer = Buffer.alloc(MIB)
    try {
      return buffer.toString('utf8', 0, readSync(this.fd, buffer))
    } catch {
      return ''
    }
  }

  close(): void {
    closeSync(this.fd)
  }
}

describe.each([
  ['one that gathers lines', false],
  ['one that is to be sync', true]
])('LogFile, %s', (_, sync) => {
  it('makes the file and writes lines to it in their order', async () => {
    const path = join(folder(), 'pf.log')
    const file = open(path, sync)
    expect(textOf(path)).toBe('')
    const lines = Array.from({ length: 100 }, (_, index) => `line ${index}: grün\n`)
    for (const line of lines) file.write(line)
    await end(file)
    expect(textOf(path)).toBe(lines.join(''))
  })

  it('appends to a file that is there', async () => {
    const path = join(folder(), 'pf.log')
    writeFileSync(path, 'before\n')
    const file = open(path, sync)
    file.write('after\n')
    await end(file)
    expect(textOf(path)).toBe('before\nafter\n')
  })

  it('has nothing to write out when nothing was written', async () => {
    const path = join(folder(), 'pf.log')
    const file = open(path, sync)
    file.flush()
    await end(file)
    expect(textOf(path)).toBe('')
  })

  it('goes to the file of its name once it is opened anew, and lets go of the other', async () => {
    const path = join(folder(), 'pf.log')
    const file = open(path, sync)
    const old = openSync(path, 'r')
    onTestFinished(() => closeSync(old))
    file.write('one\n')
    renameSync(path, `${path}.1`)
    file.write('two\n')
    file.reopen()
    file.write('three\n')
    file.reopen()
    file.write('four\n')
    await end(file)
    expect(textOf(`${path}.1`) + textOf(path)).toBe('one\ntwo\nthree\nfour\n')
    expect(textOf(path)).toContain('three\nfour\n')
    expect(holders(old)).toBe(1)
  })

  it('goes on to the file that is open when it cannot be opened anew', async () => {
    const path = join(folder(), 'pf.log')
    const file = open(path, sync)
    renameSync(path, `${path}.1`)
    mkdirSync(path)
    for (let attempt = 0; attempt < 3; attempt += 1) {
      expect(() => file.reopen()).toThrow(expect.objectContaining({ code: 'PF_LOGFILE' }))
    }
    file.write('still here\n')
    await end(file)
    expect(textOf(`${path}.1`)).toBe('still here\n')
  })

  it('loses what a full disk does not take, without a word', async () => {
    const file = open('/dev/full', sync)
    for (let line = 0; line < 100; line += 1) file.write('lost\n')
    await end(file)
  })

  it('loses what is written when the reader has gone, and goes on for another', async () => {
    const first = new Fifo()
    const file = open(first.path, sync)
    first.close()
    file.write('lost\n')
    await end(file)
    const fd = openSync(first.path, constants.O_RDONLY | constants.O_NONBLOCK)
    onTestFinished(() => closeSync(fd))
    file.write('found\n')
    await end(file)
    const buffer = Buffer.alloc(100)
    expect(buffer.toString('utf8', 0, readSync(fd, buffer))).toBe('found\n')
  })

  it('waits for a pipe that is full, and loses nothing then', async () => {
    const fifo = new Fifo()
    onTestFinished(() => fifo.close())
    const file = open(fifo.path, sync)
    const lines = Array.from({ length: 1000 }, (_, index) => `${String(index).padStart(999, '.')}\n`)
    for (const line of lines) file.write(line)
    let text = ''
    await vi.waitUntil(
      () => {
        text += fifo.read()
        return text.length === 1e6
      },
      { timeout: 25_000, interval: 1 }
    )
    expect(text).toBe(lines.join(''))
  })

  it('takes lines and ends although nobody reads', async () => {
    const fifo = new Fifo()
    onTestFinished(() => fifo.close())
    const file = open(fifo.path, sync)
    for (let line = 0; line < 20; line += 1) file.write(`${'.'.repeat(MIB)}\n`)
    await endLogs([file], lastMoment())
    expect(fifo.read()).toMatch(/^\.+$/)
  })
})

describe('LogFile', () => {
  it('has written a line before the call returns when it is to be sync', () => {
    const path = join(folder(), 'pf.log')
    const file = open(path, true)
    file.write('one\n')
    expect(textOf(path)).toBe('one\n')
  })

  it('writes at the latest when it is flushed, what is under way aside', async () => {
    const path = join(folder(), 'pf.log')
    const file = open(path, false)
    file.write('under way\n')
    file.write('gathered\n')
    file.flush()
    expect(textOf(path)).toContain('gathered\n')
    await vi.waitUntil(() => textOf(path).includes('under way\n'))
  })

  it.each([
    ['in a folder that is not there', 'ENOENT', (path: string) => join(path, 'nowhere', 'pf.log')],
    ['that is a folder', 'EISDIR', (path: string) => path]
  ])('refuses a path %s', (_, code, pathIn) => {
    const path = folder()
    const bad = pathIn(path)
    expect(() => open(bad, true)).toThrow(expect.objectContaining({ code: 'PF_LOGFILE' }))
    expect(() => open(bad, true)).toThrow(`cannot open the log file '${bad}' (${code})`)
  })

  it('refuses a FIFO that nobody reads', () => {
    const fifo = new Fifo()
    fifo.close()
    expect(() => open(fifo.path, true)).toThrow(`'${fifo.path}' (ENXIO); nobody reads it`)
  })
})

describe('reopenLog', () => {
  const said = (path: string, change: () => void): string[] => {
    const lines: string[] = []
    const log = new Logger({ write: (line) => void lines.push(line) }, { level: 'debug' })
    const file = open(path, true)
    change()
    reopenLog(file, log)
    return lines
  }

  it('tells the log of it', () => {
    const path = join(folder(), 'pf.log')
    expect(said(path, () => {})).toEqual([expect.stringContaining('[DEBUG] Log file opened anew')])
  })

  it('says why the log goes on as it was', () => {
    const directory = join(folder(), 'logs')
    mkdirSync(directory)
    const path = join(directory, 'pf.log')
    expect(said(path, () => renameSync(directory, `${directory}.1`))).toEqual([
      expect.stringContaining(
        `[ERROR] cannot open the log file '${path}' (ENOENT); check the folder and its permissions; lines go on to the file that was open`
      )
    ])
  })
})
