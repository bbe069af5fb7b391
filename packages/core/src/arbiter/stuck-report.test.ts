import { describe, expect, it } from 'vitest'
import type { Frame, ThreadStack } from '../common/stacks.ts'
import type { Inspection } from './inspection.ts'
import { stuckReport } from './stuck-report.ts'

const PF = new URL('./server.js', new URL('../common/', import.meta.url)).href
const MEBIBYTE = 1024 * 1024

const READING = {
  turnedAt: 70_000,
  extendedUntil: 0,
  requests: 12,
  inFlight: 3,
  connections: 5,
  peakMemory: 0,
  cpu: 2_000
}
const USAGE = { memory: 80 * MEBIBYTE, peakMemory: 90 * MEBIBYTE, cpu: 31_700, state: 'R' }

function frame(name: string, filename: string): Frame {
  return { function: name, filename, lineno: 3, colno: 9 }
}

function stack(thread: string, ...frames: [string, string][]): ThreadStack {
  return { thread, frames: frames.map(([name, filename]) => frame(name, filename)) }
}

const SPIN = stack(
  'main',
  ['from', 'node:buffer'],
  ['spin', 'file:///shop/app.js'],
  ['emit', 'node:events'],
  ['handler', '/shop/routes.cjs'],
  ['run', PF],
  ['onData', PF],
  ['emit', 'node:events']
)

function linesOf(inspection: Partial<Inspection>, cause: 'stall' | 'stuck' | 'boot' = 'stuck'): string[] {
  const whole: Inspection = {
    at: 100_000,
    startedAt: 40_000,
    reading: READING,
    requests: [],
    usage: USAGE,
    stacks: [SPIN],
    ...inspection
  }
  return stuckReport(cause, 77, whole).text.split('\n')
}

describe('the report on a worker that hangs', () => {
  it('says what is wrong, for how long, where, on what, and at what cost', () => {
    const requests = [
      { text: 'GET /first', begunAt: 70_000 },
      { text: 'POST /second', begunAt: 75_500 }
    ]
    expect(linesOf({ requests })).toEqual([
      'WORKER TIMEOUT (pid:77): no turn of its event loop for 30.0 s',
      '  Main thread:',
      '      at from (node:buffer:3:9)',
      '      at spin (file:///shop/app.js:3:9)',
      '      at emit (node:events:3:9)',
      '      at handler (/shop/routes.cjs:3:9)',
      '  Requests under way: 2, clients waiting: 3',
      '      GET /first (for 30.0 s)',
      '      POST /second (for 24.5 s)',
      '  Process: main thread running, CPU 99% in that time, memory 80 MiB, at most 90 MiB'
    ])
  })

  it.each([
    ['stall', 'Worker stalls (pid:77): no turn of its event loop for 30.0 s'],
    ['boot', 'WORKER BOOT TIMEOUT (pid:77): not ready after 60.0 s, no turn of its event loop for 30.0 s']
  ] as const)('begins with its cause: %s', (cause, first) => {
    expect(linesOf({}, cause)[0]).toBe(first)
  })

  it('says of one that only waits while it boots for how long it does', () => {
    const lines = linesOf({ reading: { ...READING, turnedAt: 99_700 } }, 'boot')
    expect(lines[0]).toBe('WORKER BOOT TIMEOUT (pid:77): not ready after 60.0 s')
    expect(lines.at(-1)).toContain('CPU 53% in that time')
  })

  it('names busy threads after the main one, and no idle ones', () => {
    const idle = stack('thread 2', ['awaitCapture', PF], ['emit', 'node:events'])
    const busy = stack('thread 3', ['crunch', 'file:///shop/crunch.js'], ['run', PF])
    const lines = linesOf({ stacks: [idle, busy, stack('main', ['awaitCapture', PF])] })
    expect(lines.slice(1, 4)).toEqual([
      '  Main thread: waits for events',
      '  thread 3:',
      '      at crunch (file:///shop/crunch.js:3:9)'
    ])
  })

  it('says of a thread outside of JavaScript that it is there', () => {
    expect(linesOf({ stacks: [stack('main')] })[1]).toBe(
      '  Main thread: in native code, which has no JavaScript stack'
    )
  })

  it.each([
    ['no-package', '  Stack: not known; to see it, npm install @sentry-internal/node-native-stacktrace'],
    ['no-answer', '  Stack: not known; a thread is outside of JavaScript, in a system call or native code']
  ] as const)('says why there is no stack: %s', (stacks, line) => {
    expect(linesOf({ stacks })[1]).toBe(line)
  })

  it('does not list very many requests', () => {
    const requests = Array.from({ length: 30 }, (_, index) => ({ text: `GET /${index}`, begunAt: 70_000 }))
    const lines = linesOf({ requests })
    expect(lines.filter((line) => line.includes('GET /'))).toHaveLength(10)
    expect(lines).toContain('      and 20 more')
  })

  it.each([
    ['S', 'sleeping'],
    ['D', 'waiting for a device'],
    ['T', 'stopped by a signal'],
    ['X', 'in state X']
  ])('says what the process is doing: %s', (state, words) => {
    expect(linesOf({ usage: { ...USAGE, state } }).at(-1)).toContain(`Process: main thread ${words}, CPU`)
  })

  it('does without what the system does not tell', () => {
    expect(linesOf({ usage: undefined }).at(-1)).toBe('  Requests under way: 0, clients waiting: 3')
  })

  it('has fields for JSON logs', () => {
    const requests = [{ text: 'GET /first', begunAt: 70_000 }]
    const inspection = {
      at: 100_000,
      startedAt: 40_000,
      reading: READING,
      requests,
      usage: USAGE,
      stacks: [SPIN]
    }
    expect(stuckReport('stuck', 77, inspection).fields).toMatchObject({
      event: 'worker-stuck',
      worker: 77,
      silence: 30,
      requests: 'GET /first',
      stack: expect.stringContaining('at spin (file:///shop/app.js:3:9)')
    })
  })
})
