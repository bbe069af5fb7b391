import { describe, expect, it } from 'vitest'
import { AnswerBatch } from './answer-batch.ts'
import { FakeHost, received, turn } from './test-connection.ts'

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'

function answer(host: FakeHost, body = 'hello'): void {
  host.exchange.respond({ status: 200, headers: ['Content-Length', String(body.length)] }, body)
}

describe('a connection owes its client something', () => {
  it('from its first moment until the first answer is out', async () => {
    const host = new FakeHost()
    expect(host.owed).toBe(1)
    await host.socket.give(GET)
    expect(host.owed).toBe(1)
    answer(host)
    expect(host.owed).toBe(0)
  })

  it('from the first byte of every further request', async () => {
    const host = await received(GET)
    answer(host)
    await host.socket.give('GET / HT')
    expect(host.owed).toBe(1)
    await host.socket.give(GET.slice('GET / HT'.length))
    expect(host.owed).toBe(1)
    answer(host)
    expect(host.owed).toBe(0)
  })

  it('until the kernel has taken the answer', async () => {
    const host = await received(GET)
    host.socket.stall()
    answer(host)
    await turn()
    expect(host.owed).toBe(1)
    await host.socket.goOn()
    await host.pass(500)
    expect(host.owed).toBe(0)
  })

  it('while the answer waits for others of its turn', async () => {
    const batch = new AnswerBatch(() => 0)
    const host = new FakeHost({}, {}, batch)
    await host.socket.give(GET)
    batch.admits()
    answer(host)
    expect(host.owed).toBe(1)
    batch.flush()
    expect(host.owed).toBe(0)
  })

  it('through all of several requests that came at once', async () => {
    const host = await received(GET + GET)
    answer(host)
    await turn()
    expect(host.owed).toBe(1)
    answer(host)
    expect(host.owed).toBe(0)
  })

  it('not when it lingers after its last answer', async () => {
    const host = await received('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
    answer(host)
    await turn()
    expect(host.socket.hasEnded).toBe(true)
    expect(host.owed).toBe(0)
  })

  it('not when it has closed, whatever was under way', async () => {
    const host = await received(GET)
    host.socket.destroy()
    await turn()
    expect(host.owed).toBe(0)
  })

  it('as long as the app has it, once it was given away', async () => {
    const host = new FakeHost()
    host.takesUpgrades = true
    await host.socket.give('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n')
    expect(host.tunnel).toBeDefined()
    expect(host.owed).toBe(1)
    host.socket.destroy()
    await turn()
    expect(host.owed).toBe(0)
  })
})
