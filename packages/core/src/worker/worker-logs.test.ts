import { execFileSync } from 'node:child_process'
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Descriptors } from '../common/descriptors.ts'
import type { Config } from '../config/settings.ts'
import { WorkerLogs } from './worker-logs.ts'

/** The path of a FIFO that could be read, and is not. */
function unreadFifo(folder: string, name: string): string {
  const path = join(folder, name)
  execFileSync('mkfifo', [path])
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  onTestFinished(() => closeSync(fd))
  return path
}

describe('WorkerLogs that take nothing', () => {
  it('hold up the end of the process for a second, however many they are and however it ends', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pf-worker-logs-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const config = {
      errorLogfile: unreadFifo(folder, 'error'),
      accessLogfile: unreadFifo(folder, 'access'),
      logLevel: 'info',
      logFormat: 'text'
    } as Config
    const logs = new WorkerLogs()
    const log = logs.open(config, {} as Descriptors)
    const line = '.'.repeat(1 << 20)
    log.error(line)
    logs.accessLog?.write(line)
    const waits = vi.spyOn(Atomics, 'wait')
    onTestFinished(() => waits.mockRestore())
    await logs.end()
    logs.flush()
    const waited = waits.mock.calls.reduce((sum, [, , , milliseconds]) => sum + Number(milliseconds), 0)
    expect(waited).toBeLessThanOrEqual(1020)
  })
})
