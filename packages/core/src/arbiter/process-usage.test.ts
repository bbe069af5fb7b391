import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { processUsage } from './process-usage.ts'

const STAT = '77 (pf: (worker) 1) R 1 77 77 0 -1 4194560 9 0 0 0 1234 56 0 0 20 0 11 0 100 1 2'
const STATUS = 'Name:\tpf\nVmPeak:\t  999999 kB\nVmHWM:\t   90000 kB\nVmRSS:\t   80000 kB\nThreads:\t11\n'

function root(files: Record<string, string>): string {
  const directory = mkdtempSync(join(tmpdir(), 'pf-proc-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  mkdirSync(join(directory, '77'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, '77', name), text)
  return directory
}

describe('processUsage()', () => {
  it('reads memory, CPU time and state, whatever the process calls itself', () => {
    expect(processUsage(77, root({ stat: STAT, status: STATUS }))).toEqual({
      memory: 80_000 * 1024,
      peakMemory: 90_000 * 1024,
      cpu: 12_900,
      state: 'R'
    })
  })

  it('knows nothing of a process that is gone', () => {
    expect(processUsage(77, root({}))).toBeUndefined()
  })

  it.runIf(process.platform === 'linux')('knows this process', () => {
    const usage = processUsage(process.pid)
    expect(usage?.memory).toBeGreaterThan(1e6)
    expect(usage?.peakMemory).toBeGreaterThanOrEqual(usage?.memory ?? 0)
  })
})
