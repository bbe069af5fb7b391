import { describe, expect, it, vi } from 'vitest'
import type { PortExchange } from './port-exchange.ts'
import { outcome, pair } from './test-support.ts'

const HEAD = { status: 201, reason: undefined, headers: ['X-A', '1', 'x-a', '2'] }
const GONE = { code: 'ECONNRESET' }

describe('an answer from a thread', () => {
  it.each(['grün', '', Uint8Array.of(0, 255)])(
    'with all of its content goes over whole: %j',
    async (body) => {
      const { app, main, arrived } = pair()
      app.respond(HEAD, body)
      await arrived()
      expect(main.calls).toEqual([['respond', HEAD, body]])
    }
  )

  it('says its reason', async () => {
    const { app, main, arrived } = pair()
    app.respond({ ...HEAD, reason: 'Fine' }, '')
    await arrived()
    expect(main.calls).toEqual([['respond', { ...HEAD, reason: 'Fine' }, '']])
  })

  it('leaves the bytes of the app where they are', async () => {
    const { app, main, arrived } = pair()
    const bytes = Buffer.from('hello')
    app.respond(HEAD, bytes.subarray(1, 4))
    bytes.fill(0)
    await arrived()
    expect(main.calls).toEqual([['respond', HEAD, Uint8Array.from(Buffer.from('ell'))]])
  })

  it('in pieces goes over in their order, trailers last', async () => {
    const { app, main, arrived } = pair()
    app.inform(103, ['Link', '</a>'])
    app.respond(HEAD)
    app.write('one')
    app.write(Uint8Array.of(2))
    app.end(['X-Sum', '7'])
    await arrived()
    expect(main.calls).toEqual([
      ['inform', 103, ['Link', '</a>']],
      ['respond', HEAD],
      ['write', 'one'],
      ['write', Uint8Array.of(2)],
      ['end', ['X-Sum', '7']]
    ])
  })

  it('may be a cut', async () => {
    const { app, main, arrived } = pair()
    app.cut()
    app.cut()
    await arrived()
    expect(main.calls).toEqual([['cut']])
  })
})

describe('calls out of turn in a thread', () => {
  it('respond() throws once the response has begun', () => {
    const { app } = pair()
    app.respond(HEAD)
    expect(() => app.respond(HEAD, '')).toThrow('respond() was called after')
    app.end()
    expect(() => app.respond(HEAD, '')).toThrow('respond() was called after')
  })

  it('write() and end() throw before respond()', () => {
    const { app } = pair()
    expect(() => app.write('x')).toThrow('before respond()')
    expect(() => app.end()).toThrow('before respond()')
  })

  it('end() and cut() do nothing once the response is out', async () => {
    const { app, main, arrived } = pair()
    app.respond(HEAD, 'ok')
    app.end()
    app.cut()
    await arrived()
    expect(main.calls).toEqual([['respond', HEAD, 'ok']])
  })

  it('write() and fail() after that are for the main thread to judge', async () => {
    const { app, main, arrived } = pair()
    app.respond(HEAD, 'ok')
    app.write('more')
    app.fail('late')
    await arrived()
    expect(main.calls).toEqual([['respond', HEAD, 'ok'], ['write', 'more'], ['fail']])
    expect(main.failures).toEqual(['late'])
  })
})

describe('an exchange in a thread', () => {
  it.each<[string, (app: PortExchange) => void]>([
    ['a whole answer', (app) => app.respond(HEAD, '')],
    ['a failure', (app) => app.fail(new Error('app'))],
    ['a cut', (app) => app.cut()],
    ['the loss of its client', (app) => app.abort()]
  ])('is done after %s', async (_, finish) => {
    const { app } = pair()
    expect(await outcome(app.done)).toBe('pending')
    finish(app)
    expect(await outcome(app.done)).toBeUndefined()
  })

  it('is done after the end of a streamed answer and not before', async () => {
    const { app } = pair()
    app.respond(HEAD)
    app.write('x')
    expect(await outcome(app.done)).toBe('pending')
    app.end()
    expect(await outcome(app.done)).toBeUndefined()
  })

  it('is complete for the main thread when the app is through with it, not when it has answered', async () => {
    const { app, remote, arrived } = pair()
    app.respond(HEAD, 'ok')
    await arrived()
    expect(await outcome(remote.completed)).toBe('pending')
    app.settled()
    await arrived()
    expect(await outcome(remote.completed)).toBeUndefined()
  })
})

describe('a client that reads slowly, seen from a thread', () => {
  it('does not hold up the first 64 KiB', async () => {
    const { app, main } = pair()
    main.room = new Promise(() => {})
    app.respond(HEAD)
    expect(app.write('x'.repeat(65_536))).toBeUndefined()
  })

  it('holds up what is beyond, until it has taken some', async () => {
    const { app, main, arrived } = pair()
    const room = Promise.withResolvers<void>()
    main.room = room.promise
    app.respond(HEAD)
    app.write(new Uint8Array(65_536))
    const more = app.write('x')
    expect(app.write('y')).toBe(more)
    await arrived()
    expect(await outcome(more)).toBe('pending')
    main.room = undefined
    room.resolve()
    await arrived()
    expect(await outcome(more)).toBeUndefined()
    expect(app.write('z')).toBeUndefined()
  })

  it('holds nothing up any more when it has gone', async () => {
    const { app, main, abort } = pair()
    main.room = new Promise(() => {})
    app.respond(HEAD)
    const more = app.write(new Uint8Array(65_537))
    expect(await outcome(more)).toBe('pending')
    await abort()
    expect(await outcome(more)).toBeUndefined()
  })
})

describe('a client that goes, seen from a thread', () => {
  it('is told to every listener once, with the reason, and to those that come later', async () => {
    const { app, abort } = pair()
    const [early, late] = [vi.fn(), vi.fn()]
    app.onAbort(early)
    await abort()
    await abort()
    app.onAbort(late)
    for (const listener of [early, late]) {
      expect(listener.mock.calls).toEqual([[expect.objectContaining(GONE)]])
    }
  })

  it('aborts the signal, made before or after', async () => {
    const before = pair()
    const { signal } = before.app
    expect([signal.aborted, before.app.signal]).toEqual([false, signal])
    await before.abort()
    expect(signal).toMatchObject({ aborted: true, reason: GONE })
    const after = pair()
    await after.abort()
    expect(after.app.signal).toMatchObject({ aborted: true, reason: GONE })
  })

  it('is told to an app that has answered too: the answer did not get through', async () => {
    const { app, abort } = pair()
    const listener = vi.fn()
    app.onAbort(listener)
    app.respond(HEAD, '')
    await abort()
    expect(listener).toHaveBeenCalledExactlyOnceWith(expect.objectContaining(GONE))
  })

  it('takes no more of an answer, and no failure', async () => {
    const { app, main, abort, arrived } = pair()
    app.respond(HEAD)
    await abort()
    expect(app.write('more')).toBeUndefined()
    app.end()
    app.respond(HEAD, 'again')
    app.fail(new Error('because of that'))
    app.cut()
    await arrived()
    expect(main.calls).toEqual([['respond', HEAD]])
  })
})

describe('an exchange that the app itself gives up', () => {
  it.each<[string, (app: PortExchange) => void, string]>([
    ['by a cut', (app) => app.cut(), 'the exchange was cut'],
    ['by a failure', (app) => app.fail(new RangeError('app')), 'app'],
    ['by a failure that is no error', (app) => app.fail('text'), 'text']
  ])('%s is aborted with that reason', async (_, giveUp, message) => {
    const { app } = pair()
    const listener = vi.fn()
    app.onAbort(listener)
    giveUp(app)
    app.abort()
    expect(listener).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ message }))
    expect(app.signal.reason).toMatchObject({ message })
  })
})

describe('a failure in a thread', () => {
  it('comes over as the stack of the error', async () => {
    const { app, main, arrived } = pair()
    const error = new RangeError('app')
    app.fail(error)
    await arrived()
    expect(main.failures).toEqual([error.stack])
  })

  it.each(['text', 7, null])('that is no error comes over as a text: %j', async (thrown) => {
    const { app, main, arrived } = pair()
    app.fail(thrown)
    await arrived()
    expect(main.failures).toEqual([String(thrown)])
  })

  it('in the main thread fails the exchange: a head that cannot be sent', async () => {
    const { app, main, arrived } = pair()
    const refusal = new TypeError('a name that is no token')
    main.refusal = refusal
    app.respond(HEAD, 'ok')
    await arrived()
    expect(main.failures).toEqual([refusal])
  })
})
