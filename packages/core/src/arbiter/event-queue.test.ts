import { describe, expect, it } from 'vitest'
import { EventQueue } from './event-queue.ts'

describe('EventQueue', () => {
  it('hands an event on at once', () => {
    const seen: string[] = []
    const queue = new EventQueue<string>((event) => void seen.push(event))
    queue.push('a')
    expect(seen).toEqual(['a'])
    queue.push('b')
    expect(seen).toEqual(['a', 'b'])
  })

  it('keeps what comes while one is handled until that is done, in order', () => {
    const seen: string[] = []
    const queue: EventQueue<string> = new EventQueue((event) => {
      seen.push(`${event} begins`)
      if (event === 'a') for (const next of ['b', 'c']) queue.push(next)
      if (event === 'b') queue.push('d')
      seen.push(`${event} ends`)
    })
    queue.push('a')
    expect(seen).toEqual(['a', 'b', 'c', 'd'].flatMap((event) => [`${event} begins`, `${event} ends`]))
  })

  it('needs no deep stack for many events', () => {
    let left = 100_000
    const queue: EventQueue<string> = new EventQueue((event) => {
      left -= 1
      if (left > 0) queue.push(event)
    })
    queue.push('again')
    expect(left).toBe(0)
  })

  it('shows the error of a handler, and goes on with the next event', () => {
    const seen: string[] = []
    const queue: EventQueue<string> = new EventQueue((event) => {
      seen.push(event)
      if (event === 'bad') throw new Error('handler')
    })
    expect(() => queue.push('bad')).toThrow('handler')
    queue.push('good')
    expect(seen).toEqual(['bad', 'good'])
  })

  it('loses nothing that waited behind a handler that threw', () => {
    const seen: string[] = []
    const queue: EventQueue<string> = new EventQueue((event) => {
      seen.push(event)
      if (event !== 'bad') return
      queue.push('waiting')
      throw new Error('handler')
    })
    expect(() => queue.push('bad')).toThrow('handler')
    queue.push('later')
    expect(seen).toEqual(['bad', 'waiting', 'later'])
  })
})
