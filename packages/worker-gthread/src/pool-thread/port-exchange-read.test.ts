import { describe, expect, it } from 'vitest'
import { outcome, pair } from './test-support.ts'

const bytes = (text: string) => Uint8Array.from(Buffer.from(text))

describe('read() in a thread', () => {
  it('asks for nothing until it is called', async () => {
    const { main, arrived } = pair()
    main.give(bytes('one'))
    await arrived()
    expect(main.calls).toEqual([])
  })

  it('gives what the client sends, piece by piece, and undefined after the last', async () => {
    const { app, main } = pair()
    for (const piece of [bytes('one'), bytes('two'), undefined]) main.give(piece)
    expect([await app.read(), await app.read(), await app.read()]).toEqual([
      bytes('one'),
      bytes('two'),
      undefined
    ])
    expect(await app.read()).toBeUndefined()
    expect(main.calls).toEqual([['read'], ['read'], ['read']])
  })

  it('waits for what is to come', async () => {
    const { app, main, arrived } = pair()
    const read = app.read()
    await arrived()
    expect(await outcome(read)).toBe('pending')
    main.give(bytes('late'))
    expect(await read).toEqual(bytes('late'))
  })

  it('leaves the memory of the parser where it is', async () => {
    const { app, main } = pair()
    const memory = Buffer.from('<one>')
    main.give(memory.subarray(1, 4))
    expect(await app.read()).toEqual(bytes('one'))
    expect(memory.toString()).toBe('<one>')
  })

  it('gives the trailers at the end and not before', async () => {
    const { app, main } = pair()
    main.trailers = ['X-Sum', '7']
    main.give(bytes('one'))
    main.give(undefined)
    await app.read()
    expect(app.trailers).toEqual([])
    await app.read()
    expect(app.trailers).toEqual(['X-Sum', '7'])
  })

  it('gives undefined at once when there is no content', async () => {
    const { app, main, arrived } = pair({ hasBody: false })
    expect(await app.read()).toBeUndefined()
    await arrived()
    expect(main.calls).toEqual([])
  })

  it('rejects while another waits, which goes on waiting', async () => {
    const { app, main } = pair()
    const first = app.read()
    await expect(app.read()).rejects.toThrow('before the last one settled')
    main.give(bytes('one'))
    expect(await first).toEqual(bytes('one'))
  })
})

describe('read() in a thread, when the answer is out', () => {
  const HEAD = { status: 200, headers: [] }

  it('goes on for an app that has begun, whose exchange is done only after that', async () => {
    const { app, main } = pair()
    const first = app.read()
    app.respond(HEAD, 'ok')
    expect(await outcome(app.done)).toBe('pending')
    main.give(bytes('one'))
    main.give(undefined)
    expect([await first, await app.read()]).toEqual([bytes('one'), undefined])
    expect(await outcome(app.done)).toBeUndefined()
  })

  it('rejects for an app that is through and has not', async () => {
    const { app, main, arrived } = pair()
    app.respond(HEAD, 'ok')
    expect(await outcome(app.done)).toBeUndefined()
    app.settled()
    await expect(app.read()).rejects.toThrow('nobody had begun to read')
    await arrived()
    expect(main.calls).toEqual([['respond', { ...HEAD, reason: undefined }, 'ok']])
  })

  it.each(['breaks a rule', 'loses its client'])('ends the exchange when it %s', async (how) => {
    const { app, main, abort } = pair()
    const read = outcomeOf(app.read())
    app.respond(HEAD, 'ok')
    if (how === 'breaks a rule') main.give(Object.assign(new Error('too large'), { status: 413 }))
    else await abort()
    expect(await read).toBeInstanceOf(Error)
    expect(await outcome(app.done)).toBeUndefined()
  })
})

describe('read() in a thread, of content that breaks a rule', () => {
  const tooLarge = () => Object.assign(new Error('too large'), { status: 413 })

  it('rejects with message and status, again and again', async () => {
    const { app, main } = pair()
    main.give(tooLarge())
    await expect(app.read()).rejects.toMatchObject({ message: 'too large', status: 413 })
    await expect(app.read()).rejects.toMatchObject({ message: 'too large', status: 413 })
    expect(main.calls).toEqual([['read']])
  })

  it('fails the exchange with the very error when the app fails with it', async () => {
    const { app, main, arrived } = pair()
    const error = tooLarge()
    main.give(error)
    app.fail(await outcomeOf(app.read()))
    await arrived()
    expect(main.failures).toEqual([error])
  })

  it('does not hide another failure of the app', async () => {
    const { app, main, arrived } = pair()
    main.give(tooLarge())
    await outcomeOf(app.read())
    app.fail('other')
    await arrived()
    expect(main.failures).toEqual(['other'])
  })
})

describe('read() in a thread, of a client that goes', () => {
  it('rejects with the reason that the signal has', async () => {
    const { app, main, abort } = pair()
    const read = outcomeOf(app.read())
    await abort()
    main.give(main.gone)
    expect(await read).toBe(app.signal.reason)
  })

  it('rejects with ECONNRESET when that is known before the reason is', async () => {
    const { app, main } = pair()
    main.give(main.gone)
    await expect(app.read()).rejects.toMatchObject({ code: 'ECONNRESET' })
  })
})

/** The error of a promise that rejects. */
function outcomeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'it resolved',
    (error: unknown) => error
  )
}
