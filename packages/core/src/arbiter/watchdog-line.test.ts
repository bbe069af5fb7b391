import { Duplex } from 'node:stream'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Inspection } from './inspection.ts'
import { WatchdogLine } from './watchdog-line.ts'

const STACKS = [{ thread: 'main', frames: [] }]

/** A line to a watchdog that is played by the test. */
function line() {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const asked: string[] = []
  const socket = new Duplex({
    read: () => {},
    write: (text, _encoding, done) => {
      asked.push(String(text))
      done()
    }
  })
  const line = new WatchdogLine(socket)
  line.listen()
  const heard: Inspection['stacks'][] = []
  const give = async (text: string): Promise<void> => {
    socket.push(text)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { line, socket, asked, heard, ask: () => line.ask((stacks) => heard.push(stacks)), give }
}

describe('a question to a watchdog', () => {
  it('is answered with stacks', async () => {
    const { ask, asked, heard, give } = line()
    ask()
    expect(asked).toEqual(['1\n'])
    const answer = `${JSON.stringify({ question: 1, stacks: STACKS })}\n`
    await give(answer.slice(0, 5))
    await give(answer.slice(5))
    expect(heard).toEqual([STACKS])
  })

  it('is answered with the want of the package', async () => {
    const { ask, heard, give } = line()
    ask()
    await give('{"question":1}\n')
    expect(heard).toEqual(['no-package'])
  })

  it('has an answer, once, although none comes in time', async () => {
    const { ask, heard, give } = line()
    ask()
    vi.advanceTimersByTime(3999)
    expect(heard).toEqual([])
    vi.advanceTimersByTime(1)
    expect(heard).toEqual(['no-answer'])
    await give('{"question":1}\n')
    expect(heard).toEqual(['no-answer'])
  })

  it('is not taken to be answered by what belongs to an earlier one', async () => {
    const { ask, asked, heard, give } = line()
    ask()
    vi.advanceTimersByTime(4000)
    ask()
    expect(asked).toEqual(['1\n', '2\n'])
    await give('{"question":1}\n')
    expect(heard).toEqual(['no-answer'])
    await give(`{"question":2,"stacks":${JSON.stringify(STACKS)}}\n`)
    expect(heard).toEqual(['no-answer', STACKS])
  })

  it('is asked once for all who want to know at the same time', async () => {
    const { ask, asked, heard, give } = line()
    ask()
    ask()
    expect(asked).toEqual(['1\n'])
    await give('{"question":1}\n')
    expect(heard).toEqual(['no-package', 'no-package'])
  })

  it('is not answered by what is no answer', async () => {
    const { ask, heard, give } = line()
    ask()
    await give('nonsense\nnull\n{"question":1,"stacks":7}\n{"question":1,"stacks":[null]}\n')
    await give('{"question":1,"stacks":[{"thread":"main"}]}\n')
    expect(heard).toEqual([])
    await give('{"question":1}\n')
    expect(heard).toEqual(['no-package'])
  })

  it('is forgotten when the process has ended', () => {
    const { line: it, ask, heard } = line()
    ask()
    it.close()
    vi.advanceTimersByTime(5000)
    expect(heard).toEqual([])
  })
})
