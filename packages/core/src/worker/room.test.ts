import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Room } from './room.ts'
import type { Capacity } from './worker-class.ts'

type Connection = { readonly name: string }

const SYNC = { connections: 1, exchanges: 1, keepAlive: false }
const THREADS = { connections: 4, exchanges: 2, keepAlive: true }
const ASYNC = { connections: 3, exchanges: Number.POSITIVE_INFINITY, keepAlive: true }

const connection = (name: string): Connection => ({ name })

function roomFor(capacity: Capacity): Room<Connection, () => void> {
  return new Room(capacity, (run) => run())
}

describe('room for connections', () => {
  it('is there until the worker holds as many as it can', () => {
    const room = roomFor(ASYNC)
    const [a, b, c] = ['a', 'b', 'c'].map(connection) as [Connection, Connection, Connection]
    for (const one of [a, b, c]) {
      expect(room.free).toBe(true)
      room.connect(one)
    }
    expect(room.free).toBe(false)
    room.disconnect(b)
    expect(room.free).toBe(true)
  })

  it('is for one at a time in a sync worker', () => {
    const room = roomFor(SYNC)
    const one = connection('one')
    room.connect(one)
    expect(room.free).toBe(false)
    room.disconnect(one)
    expect(room.free).toBe(true)
  })

  it('ends, with fewer exchanges than connections, where those that have just come could fill the threads', () => {
    const room = roomFor(THREADS)
    expect([connection('a'), connection('b')].map((one) => room.connect(one))).toEqual([true, true])
    expect(room.free).toBe(false)
  })

  it('returns when one of them has had its chance to send a request', () => {
    const room = roomFor(THREADS)
    const one = connection('one')
    room.connect(one)
    room.connect(connection('other'))
    room.settled(one)
    expect(room.free).toBe(true)
    room.settled(one)
    expect(room.free).toBe(true)
  })

  it('returns when one of them leaves, and is not counted twice', () => {
    const room = roomFor(THREADS)
    const one = connection('one')
    room.connect(one)
    room.connect(connection('other'))
    room.disconnect(one)
    room.settled(one)
    expect(room.free).toBe(true)
    room.connect(connection('third'))
    expect(room.free).toBe(false)
  })

  it('does not count newcomers where there is an exchange for every connection', () => {
    const room = roomFor(ASYNC)
    expect(room.connect(connection('a'))).toBe(false)
    expect(roomFor(SYNC).connect(connection('a'))).toBe(false)
  })

  it('is none while as many exchanges run or wait as can run', () => {
    const room = roomFor(THREADS)
    room.enter(() => {})
    expect(room.free).toBe(true)
    room.enter(() => {})
    expect(room.free).toBe(false)
    room.enter(() => {})
    room.leave()
    expect(room.free).toBe(false)
    room.leave()
    expect(room.free).toBe(true)
  })
})

describe('overtime', () => {
  /** A room in which as many exchanges run as can, and no connection is there. */
  function busyRoom(capacity: Capacity): Room<Connection, () => void> {
    const room = roomFor(capacity)
    for (let i = 0; i < capacity.exchanges; i++) room.enter(() => {})
    return room
  }

  it('is for a room that is busy: full of exchanges, but not of connections', () => {
    const room = busyRoom(THREADS)
    expect(room).toMatchObject({ busy: true, free: false })
    room.leave()
    expect(room).toMatchObject({ busy: false, free: true })
    for (const name of ['a', 'b', 'c', 'd']) room.connect(connection(name))
    expect(room).toMatchObject({ busy: false, free: false })
  })

  it('lets in as many connections as exchanges can run, and no more', () => {
    const room = busyRoom(THREADS)
    room.workOvertime(true)
    expect(room.free).toBe(true)
    room.connect(connection('a'))
    expect(room.free).toBe(true)
    room.connect(connection('b'))
    expect(room).toMatchObject({ busy: true, free: false })
  })

  it('never lets in more connections than the worker can hold', () => {
    const room = busyRoom({ connections: 3, exchanges: 2, keepAlive: true })
    const early = ['a', 'b'].map(connection)
    for (const one of early) {
      room.connect(one)
      room.settled(one)
    }
    room.workOvertime(true)
    expect(room.free).toBe(true)
    room.connect(connection('c'))
    expect(room.free).toBe(false)
  })

  it('is not used up while the room is not busy', () => {
    const room = roomFor(THREADS)
    room.workOvertime(true)
    const one = connection('a')
    room.connect(one)
    room.settled(one)
    for (let i = 0; i < THREADS.exchanges; i++) room.enter(() => {})
    room.connect(connection('b'))
    expect(room.free).toBe(true)
  })

  it('ends when it is told to', () => {
    const room = busyRoom(THREADS)
    room.workOvertime(true)
    room.workOvertime(false)
    expect(room.free).toBe(false)
  })
})

describe('the turn of an exchange', () => {
  it('comes at once while there is room', () => {
    const room = roomFor(THREADS)
    const ran: string[] = []
    for (const name of ['a', 'b', 'c']) room.enter(() => ran.push(name))
    expect(ran).toEqual(['a', 'b'])
  })

  it('comes in the order of entering, one for each that leaves', () => {
    const room = roomFor(SYNC)
    const ran: string[] = []
    for (const name of ['a', 'b', 'c', 'd']) room.enter(() => ran.push(name))
    expect(ran).toEqual(['a'])
    room.leave()
    room.leave()
    expect(ran).toEqual(['a', 'b', 'c'])
  })

  it('comes at once to all of them in an async worker', () => {
    const room = roomFor(ASYNC)
    let running = 0
    for (let i = 0; i < 100; i++)
      room.enter(() => {
        running += 1
      })
    expect(running).toBe(100)
  })

  it('comes to each once, in order, and never to more than the capacity', () => {
    const steps = fc.array(fc.boolean(), { maxLength: 60 })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), steps, (exchanges, steps) => {
        const room = roomFor({ connections: 100, exchanges, keepAlive: true })
        const ran: number[] = []
        let entered = 0
        let left = 0
        const enter = () => {
          const id = entered
          entered += 1
          room.enter(() => ran.push(id))
        }
        for (const enters of steps) {
          if (enters) enter()
          else if (left < ran.length) {
            left += 1
            room.leave()
          }
          const due = Math.min(entered, left + exchanges)
          expect(ran).toEqual(Array.from({ length: due }, (_, id) => id))
          expect(room.free).toBe(entered - left < exchanges)
        }
      })
    )
  })
})
