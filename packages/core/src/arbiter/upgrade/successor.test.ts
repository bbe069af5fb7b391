import { describe, expect, it, onTestFinished } from 'vitest'
import { Successor, type SuccessorEvent } from './successor.ts'

/** What is first heard of a new arbiter that is started by a command of these parts. */
function firstEvent(changes: { cwd?: string; env?: Record<string, string> }): Promise<SuccessorEvent> {
  const command = { file: process.execPath, args: ['--version'], cwd: '/', env: {}, ...changes }
  return new Promise((emit) => {
    const successor = new Successor({ command, sockets: [], emit })
    onTestFinished(() => successor.dispose())
    expect(successor.pid).toBeUndefined()
  })
}

describe('a new arbiter that the system does not start', () => {
  it('is gone, also where Node throws what is wrong: an environment that is too large', async () => {
    expect(await firstEvent({ env: { LARGE: 'x'.repeat(4 * 1024 * 1024) } })).toEqual({
      type: 'gone',
      code: null,
      signal: null,
      error: 'spawn E2BIG'
    })
  })

  it('is gone as well where the directory that pf was started in is not there, which is said', async () => {
    expect(await firstEvent({ cwd: '/no/such/folder' })).toMatchObject({
      type: 'gone',
      error: "the working directory '/no/such/folder' does not exist any more; put it back"
    })
  })
})
