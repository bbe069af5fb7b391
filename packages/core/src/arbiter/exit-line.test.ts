import { describe, expect, it } from 'vitest'
import { type ExitStatus, exitLine, isBootFailure } from './exit-line.ts'
import type { WorkerRecord } from './fleet.ts'
import { booting, draining, NOW, ready } from './test-support.ts'

const MEBIBYTE = 1024 * 1024
const FACTS = { requests: 12, inFlight: 3, connections: 5, peakMemory: 90 * MEBIBYTE, oomKilled: false }
const HEAP = 'Allocation failed - JavaScript heap out of memory'
const born = { startedAt: NOW - 61_250 }
const quit = { ...born, quitAt: NOW }
const killed = { ...born, killedAt: NOW }
const aborted = { ...born, abortedAt: NOW }

const code = (value: number): ExitStatus => ({ code: value, signal: null })
const signal = (name: NodeJS.Signals): ExitStatus => ({ code: null, signal: name })

function lineOf(worker: WorkerRecord, status: ExitStatus, oomKilled = false) {
  return exitLine(worker, 77, status, { ...FACTS, oomKilled }, NOW)
}

describe('exitLine', () => {
  it.each<[string, WorkerRecord, ExitStatus]>([
    ['exited with code 1', ready(1, born), code(1)],
    ['has drained', draining(1, born), code(0)],
    [
      'was ended by SIGKILL, sent by the arbiter: its event loop was stuck',
      ready(1, { ...aborted, ...killed }),
      signal('SIGKILL')
    ]
  ])(
    'tells pid, cause, age, and what was served and lost, always in the same shape: %s',
    (cause, worker, status) => {
      expect(lineOf(worker, status).text).toBe(
        `Worker (pid:77) ${cause}; lived 61.3 s, requests served: 12, in flight: 3, peak memory: 90 MiB`
      )
    }
  )

  it('tells the same to machines', () => {
    const worker = draining(1, { ...born, recycling: 'max-requests' })
    expect(lineOf(worker, code(0)).fields).toEqual({
      event: 'worker-exit',
      cause: 'recycled',
      worker: 77,
      place: worker.place,
      generation: worker.generation,
      code: 0,
      signal: null,
      sender: null,
      recycled: 'max-requests',
      lifetime: 61.25,
      requests: 12,
      inFlight: 3,
      connections: 5,
      peakMemory: 90 * MEBIBYTE
    })
  })

  it.each<[string, WorkerRecord, ExitStatus]>([
    ['has drained', draining(1), code(0)],
    ['was recycled (max-requests)', draining(1, { recycling: 'max-requests' }), code(0)],
    ['has left at once, as told', ready(1, quit), code(0)],
    ['has left at once, as told', booting(1, quit), code(0)],
    ['has left at once, as told', draining(1, quit), code(0)]
  ])('says of a worker that did what it was told: %s', (cause, worker, status) => {
    const { level, text, unexpected } = lineOf(worker, status)
    expect(text).toContain(`(pid:77) ${cause};`)
    expect({ level, unexpected }).toEqual({ level: 'info', unexpected: false })
  })

  it.each<[string, WorkerRecord, ExitStatus]>([
    ['exited with code 0', ready(1), code(0)],
    ['exited with code 137', ready(1), code(137)],
    ['exited with code 1, before it was ready', booting(1), code(1)],
    ['exited with code 0', ready(1, { recycling: 'asked' }), code(0)],
    ['was ended by SIGSEGV, not sent by pf', ready(1), signal('SIGSEGV')],
    ['was ended by SIGTERM, not sent by pf', booting(1), signal('SIGTERM')],
    ['was ended by SIGABRT, not sent by pf', ready(1), signal('SIGABRT')],
    [
      'was ended by SIGABRT, sent by the arbiter: its event loop was stuck',
      ready(1, aborted),
      signal('SIGABRT')
    ],
    [
      'was ended by SIGKILL, sent by the arbiter: its event loop was stuck',
      ready(1, { ...aborted, killedAt: NOW }),
      signal('SIGKILL')
    ],
    ['was ended by SIGKILL, not sent by pf (perhaps for want of memory)', ready(1), signal('SIGKILL')],
    [
      'was ended by SIGKILL, not sent by pf (perhaps for want of memory)',
      ready(1, aborted),
      signal('SIGKILL')
    ]
  ])('says of a death that nobody asked for: %s', (cause, worker, status) => {
    const { level, text, unexpected } = lineOf(worker, status)
    expect(text).toContain(`(pid:77) ${cause};`)
    expect({ level, unexpected }).toEqual({ level: 'error', unexpected: true })
  })

  it.each<[string, WorkerRecord, ExitStatus]>([
    ['exited with code 1', draining(1), code(1)],
    ['exited with code 1', ready(1, quit), code(1)],
    [
      'was ended by SIGKILL, sent by the arbiter: not finished within the graceful timeout',
      draining(1, killed),
      signal('SIGKILL')
    ],
    [
      'was ended by SIGKILL, sent by the arbiter: did not leave when told',
      ready(1, { ...quit, killedAt: NOW }),
      signal('SIGKILL')
    ],
    [
      'was ended by SIGABRT, sent by the arbiter: its event loop was stuck',
      draining(1, aborted),
      signal('SIGABRT')
    ],
    ['was ended by SIGSEGV, not sent by pf', draining(1), signal('SIGSEGV')]
  ])('says of a worker that was to go and went badly: %s', (cause, worker, status) => {
    const { level, text, unexpected } = lineOf(worker, status)
    expect(text).toContain(`(pid:77) ${cause};`)
    expect(text).toContain('in flight: 3')
    expect({ level, unexpected }).toEqual({ level: 'error', unexpected: false })
  })

  it.each(['SIGINT', 'SIGTERM', 'SIGQUIT', 'SIGHUP'] as const)(
    'takes no offence at %s for a worker that was to go: its whole group had it',
    (name) => {
      for (const worker of [draining(1), booting(1, quit)]) {
        expect(lineOf(worker, signal(name))).toMatchObject({ level: 'info', unexpected: false })
      }
      expect(lineOf(ready(1), signal(name))).toMatchObject({ level: 'error', unexpected: true })
    }
  )

  it('does without a pid and a life where there never was a process', () => {
    const line = (error: string) =>
      exitLine(booting(1), undefined, { code: null, signal: null, error }, FACTS, NOW)
    expect(line('spawn EAGAIN')).toMatchObject({
      text: 'Worker (pid:-) could not be started: spawn EAGAIN',
      level: 'error',
      unexpected: true
    })
  })

  it('tells a limit of the heap from a failure inside Node and from an abort', () => {
    const died = (fatal?: string) => lineOf(ready(1), { ...signal('SIGABRT'), fatal })
    expect(died(HEAP).text).toContain('has died for want of memory in its JavaScript heap')
    expect(died(HEAP).fields).toMatchObject({ cause: 'heap-out-of-memory', sender: 'worker' })
    expect(died('Check failed').text).toContain('has died of a fatal error in Node: Check failed;')
    expect(died('Check failed').fields).toMatchObject({ cause: 'fatal-error' })
    expect(died().fields).toMatchObject({ cause: 'signal', sender: 'other' })
  })

  it('knows a kill of the kernel for want of memory from one of its own', () => {
    const kernel = lineOf(ready(1), signal('SIGKILL'), true)
    expect(kernel.text).toContain('was ended by SIGKILL, sent by the kernel: there was no memory left')
    expect(kernel.fields).toMatchObject({ cause: 'out-of-memory', sender: 'kernel' })
    expect(lineOf(ready(1, killed), signal('SIGKILL'), true).fields).toMatchObject({ sender: 'arbiter' })
  })

  it.each<[string, WorkerRecord, ExitStatus]>([
    ['boot-failure', booting(1), code(3)],
    ['boot-failure', booting(1), signal('SIGSEGV')],
    ['boot-timeout', booting(1, aborted), signal('SIGABRT')],
    ['stuck', ready(1, aborted), signal('SIGABRT')],
    ['graceful-timeout', draining(1, killed), signal('SIGKILL')],
    ['quit-timeout', ready(1, { ...quit, ...killed }), signal('SIGKILL')],
    ['quit', ready(1, quit), code(0)],
    ['drained', draining(1), code(0)],
    ['not-started', booting(1), { code: null, signal: null }],
    ['exit', ready(1), code(0)],
    ['exit', draining(1), code(1)],
    ['signal', ready(1), signal('SIGTERM')]
  ])('names the cause %s', (cause, worker, status) => {
    expect(lineOf(worker, status).fields).toMatchObject({ cause })
  })
})

describe('isBootFailure', () => {
  it.each<[boolean, string, WorkerRecord, ExitStatus]>([
    [true, 'ends with a code', booting(1), code(1)],
    [true, 'ends with 0', booting(1), code(0)],
    [true, 'crashes', booting(1), signal('SIGSEGV')],
    [true, 'is aborted', booting(1, aborted), signal('SIGABRT')],
    [true, 'cannot be started', booting(1), { code: null, signal: null }],
    [false, 'was told to leave', booting(1, quit), code(0)],
    [false, 'was told to drain', draining(1), code(0)],
    [false, 'has the signal that all of its group had', booting(1), signal('SIGTERM')],
    [false, 'had served', ready(1), code(1)]
  ])('is %s of a worker that %s', (failure, _, worker, status) => {
    expect(isBootFailure(worker, status)).toBe(failure)
  })
})
