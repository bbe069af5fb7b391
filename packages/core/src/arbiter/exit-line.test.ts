import { describe, expect, it } from 'vitest'
import { type ExitStatus, exitLine, isBootFailure } from './exit-line.ts'
import type { WorkerRecord } from './fleet.ts'
import { booting, draining, NOW, ready } from './test-support.ts'

const COUNTS = { requests: 12, inFlight: 3 }
const born = { startedAt: NOW - 61_250 }
const quit = { ...born, quitAt: NOW }
const killed = { ...born, killedAt: NOW }
const aborted = { ...born, abortedAt: NOW }

const code = (value: number): ExitStatus => ({ code: value, signal: null })
const signal = (name: NodeJS.Signals): ExitStatus => ({ code: null, signal: name })

function lineOf(worker: WorkerRecord, status: ExitStatus) {
  return exitLine(worker, 77, status, COUNTS, NOW)
}

describe('exitLine', () => {
  it('tells pid, cause, age, and what was served and lost', () => {
    expect(lineOf(ready(1, born), code(1)).text).toBe(
      'Worker (pid:77) exited with code 1; lived 61.3 s, requests served: 12, in flight at its last heartbeat: 3'
    )
  })

  it('tells of no loss where there is none', () => {
    expect(lineOf(draining(1, born), code(0)).text).toBe(
      'Worker (pid:77) has drained; lived 61.3 s, requests served: 12'
    )
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
    ['exited with code 1', booting(1), code(1)],
    ['exited with code 0', ready(1, { recycling: 'asked' }), code(0)],
    ['was ended by SIGSEGV, not sent by pf', ready(1), signal('SIGSEGV')],
    ['was ended by SIGTERM, not sent by pf', booting(1), signal('SIGTERM')],
    ['was ended by SIGABRT, not sent by pf', ready(1), signal('SIGABRT')],
    ['was ended by SIGABRT, sent by the arbiter', ready(1, aborted), signal('SIGABRT')],
    ['was ended by SIGKILL, sent by the arbiter', ready(1, { ...aborted, killedAt: NOW }), signal('SIGKILL')],
    ['was ended by SIGKILL, not sent by pf (perhaps out of memory)', ready(1), signal('SIGKILL')],
    ['was ended by SIGKILL, not sent by pf (perhaps out of memory)', ready(1, aborted), signal('SIGKILL')],
    ['could not be started', booting(1), { code: null, signal: null }],
    ['could not be started: spawn EAGAIN', booting(1), { code: null, signal: null, error: 'spawn EAGAIN' }]
  ])('says of a death that nobody asked for: %s', (cause, worker, status) => {
    const { level, text, unexpected } = lineOf(worker, status)
    expect(text).toContain(`(pid:77) ${cause};`)
    expect({ level, unexpected }).toEqual({ level: 'error', unexpected: true })
  })

  it.each<[string, WorkerRecord, ExitStatus]>([
    ['exited with code 1', draining(1), code(1)],
    ['exited with code 1', ready(1, quit), code(1)],
    ['was ended by SIGKILL, sent by the arbiter', draining(1, killed), signal('SIGKILL')],
    ['was ended by SIGKILL, sent by the arbiter', ready(1, { ...quit, killedAt: NOW }), signal('SIGKILL')],
    ['was ended by SIGABRT, sent by the arbiter', draining(1, aborted), signal('SIGABRT')],
    ['was ended by SIGSEGV, not sent by pf', draining(1), signal('SIGSEGV')]
  ])('says of a worker that was to go and went badly: %s', (cause, worker, status) => {
    const { level, text, unexpected } = lineOf(worker, status)
    expect(text).toContain(`(pid:77) ${cause};`)
    expect(text).toContain('in flight at its last heartbeat: 3')
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

  it('does without a pid where there never was a process', () => {
    const { text } = exitLine(booting(1), undefined, { code: null, signal: null }, COUNTS, NOW)
    expect(text).toContain('Worker (pid:-) could not be started')
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
