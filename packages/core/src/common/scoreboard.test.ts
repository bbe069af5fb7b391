import { closeSync, readSync } from 'node:fs'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  heldRequestsOf,
  openScoreboard,
  READING_BYTES,
  readingOf,
  SCOREBOARD_BYTES,
  Scoreboard,
  showTurn
} from './scoreboard.ts'
import { createSharedMemory } from './shared-memory.ts'

const USAGE = { peakMemory: 64e6, cpu: 250 }

function board() {
  const memory = new ArrayBuffer(SCOREBOARD_BYTES)
  let writes = 0
  const written = (): void => {
    writes += 1
  }
  return {
    board: new Scoreboard(memory, written),
    reading: () => readingOf(memory.slice(0, READING_BYTES)),
    held: () => heldRequestsOf(memory.slice(0)),
    writes: () => writes
  }
}

describe('what a scoreboard shows', () => {
  it('is nothing at first', () => {
    const { reading, held } = board()
    expect(new Set(Object.values(reading()))).toEqual(new Set([0]))
    expect(held()).toEqual([])
  })

  it('is the latest turn of the event loop, and what the process had used by then', () => {
    const { board: it, reading } = board()
    it.turn(1000.5, USAGE)
    it.turn(2000.25, { peakMemory: 65e6, cpu: 300 })
    expect(reading()).toMatchObject({ turnedAt: 2000.25, peakMemory: 65e6, cpu: 300 })
  })

  it('is counts of requests, connections and waiting clients', () => {
    const { board: it, reading } = board()
    for (const change of [1, 1, -1, 1] as const) it.connected(change)
    for (const change of [1, 1, 1, -1, 1] as const) it.owes(change)
    it.answered()
    expect(reading()).toMatchObject({ requests: 1, connections: 2, inFlight: 3 })
  })
})

describe('the requests on a scoreboard', () => {
  it('are those under way, oldest first, with the time of the turn in which they began', () => {
    const { board: it, held } = board()
    it.turn(1000, USAGE)
    const first = it.begin({ method: 'GET', target: '/first' })
    it.turn(2000, USAGE)
    it.begin({ method: 'POST', target: '/second' })
    it.end(first)
    it.turn(3000, USAGE)
    it.begin({ method: 'GET', target: '/third' })
    expect(held()).toEqual([
      { text: 'POST /second', begunAt: 2000 },
      { text: 'GET /third', begunAt: 3000 }
    ])
  })

  it('are there before the first turn, too', () => {
    const { board: it, held } = board()
    it.begin({ method: 'GET', target: '/' })
    expect(held()).toEqual([{ text: 'GET /', begunAt: 0 }])
  })

  it('are shown without their query, which may hold secrets', () => {
    const { board: it, held } = board()
    it.begin({ method: 'GET', target: '/search?token=secret' })
    expect(held()).toMatchObject([{ text: 'GET /search' }])
  })

  it('are cut where there is no room for more', () => {
    const { board: it, held } = board()
    it.begin({ method: 'GET', target: `/${'x'.repeat(500)}` })
    it.begin({ method: 'M'.repeat(500), target: '/' })
    const texts = held().map(({ text }) => text)
    expect(texts).toEqual([`GET /${'x'.repeat(98)}`, `${'M'.repeat(30)} /`])
  })

  it('are not all named when there are very many, and none is lost count of', () => {
    const { board: it, held } = board()
    const slots = Array.from({ length: 300 }, (_, index) => it.begin({ method: 'GET', target: `/${index}` }))
    expect(held()).toHaveLength(256)
    for (const slot of slots) it.end(slot)
    expect(held()).toEqual([])
    for (const _ of slots) it.begin({ method: 'GET', target: '/again' })
    expect(held()).toHaveLength(256)
  })
})

describe('a scoreboard without shared memory', () => {
  it('tells of each change', () => {
    const { board: it, writes } = board()
    it.end(it.begin({ method: 'GET', target: '/' }))
    it.answered()
    it.owes(1)
    it.connected(1)
    it.turn(1, USAGE)
    expect(writes()).toBe(6)
  })
})

describe('a scoreboard behind a descriptor', () => {
  function open() {
    const fd = createSharedMemory('pf-test', SCOREBOARD_BYTES)
    onTestFinished(() => closeSync(fd))
    const reading = () => {
      const bytes = new Uint8Array(READING_BYTES)
      readSync(fd, bytes, 0, READING_BYTES, 0)
      return readingOf(bytes.buffer)
    }
    return { fd, reading }
  }

  it('shows what is written to it', () => {
    const { fd, reading } = open()
    showTurn(fd, 500)
    const board = openScoreboard(fd)
    expect(reading().turnedAt).toBe(500)
    board.turn(1000, USAGE)
    board.answered()
    expect(reading()).toMatchObject({ turnedAt: 1000, requests: 1, cpu: 250 })
  })
})
