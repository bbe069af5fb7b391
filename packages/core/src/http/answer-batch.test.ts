import type { Socket } from 'node:net'
import { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { AnswerBatch } from './answer-batch.ts'
import { SocketWriter } from './socket-writer.ts'

/** Milliseconds between two answers that are quick, and two that are not. */
const QUICK = 0.1
const SLOW = 1

/** Writers that share a batch, the clock of which is the test's, and what their sockets have been given. */
function batched(count: number) {
  let clock = 0
  const batch = new AnswerBatch(() => clock)
  const sent: string[] = []
  const writers = Array.from({ length: count }, (_, index) => {
    const write = (chunk: Buffer, _encoding: string, callback: () => void) => {
      sent.push(`${index}:${chunk.toString('latin1')}`)
      callback()
    }
    return new SocketWriter(new Writable({ write }) as unknown as Socket, batch)
  })
  const answer = (index: number, after: number, text = 'a') => {
    clock += after
    writers[index]?.writeWith('<', text, text.length)
  }
  return { sent, writers, answer }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('answers in quick succession', () => {
  it('go out together at the end of the turn, but for the first', async () => {
    const { sent, answer } = batched(3)
    answer(0, SLOW)
    answer(1, QUICK)
    answer(2, QUICK)
    expect(sent).toEqual(['0:<a'])
    await turn()
    expect(sent).toEqual(['0:<a', '1:<a', '2:<a'])
  })

  it('are one piece when they are of one connection, in order', async () => {
    const { sent, answer } = batched(1)
    answer(0, SLOW, 'a')
    answer(0, QUICK, 'b')
    answer(0, QUICK, 'c')
    await turn()
    expect(sent).toEqual(['0:<a', '0:<b<c'])
  })

  it('wait for no slow one beyond its answer', () => {
    const { sent, answer } = batched(3)
    answer(0, SLOW)
    answer(1, QUICK)
    answer(2, SLOW)
    expect(sent).toEqual(['0:<a', '1:<a', '2:<a'])
  })

  it('wait for no slow one of their own connection either', () => {
    const { sent, answer } = batched(1)
    answer(0, SLOW, 'a')
    answer(0, QUICK, 'b')
    answer(0, SLOW, 'c')
    expect(sent).toEqual(['0:<a', '0:<b', '0:<c'])
  })

  it('go out as soon as they are much', () => {
    const { sent, answer } = batched(1)
    answer(0, SLOW)
    answer(0, QUICK, 'b'.repeat(20_000))
    expect(sent).toHaveLength(2)
  })

  it.each<[string, (writer: SocketWriter | undefined) => unknown]>([
    ['a head', (writer) => writer?.writeHead('next')],
    ['content', (writer) => writer?.write('next')],
    ['a chunk', (writer) => writer?.writeWith('ne', 'xt', 2, '')]
  ])('go out before what follows on their connection: %s', async (_, follow) => {
    const { sent, writers, answer } = batched(1)
    answer(0, SLOW, 'a')
    answer(0, QUICK, 'b')
    follow(writers[0])
    await turn()
    expect(sent.join('').replaceAll('0:', '')).toBe('<a<bnext')
  })

  it('go out when they are asked to', () => {
    const { sent, writers, answer } = batched(1)
    answer(0, SLOW, 'a')
    answer(0, QUICK, 'b')
    writers[0]?.flush()
    expect(sent).toEqual(['0:<a', '0:<b'])
  })
})
