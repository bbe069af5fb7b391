import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { APPS, type PfProcess, startPf } from '../support/pf.ts'

/** One worker of the experiment, with tasks of the given length. */
async function experiment(seconds: number, ...flags: string[]): Promise<PfProcess> {
  const env = { TASK_SECONDS: String(seconds) }
  const pf = await startPf(flags, { cwd: join(APPS, 'cpu-and-io'), env })
  await pf.waitForReady(1)
  return pf
}

/** Asks for a task twice at once; resolves with what the app printed, in order. */
async function twice(pf: PfProcess, task: string): Promise<string[]> {
  const answers = await Promise.all([1, 2].map(() => fetch(pf.url + task)))
  expect(answers.map(({ status }) => status)).toEqual([200, 200])
  await pf.waitForOut(new RegExp(`(${task} ends[\\s\\S]*){2}`))
  return pf.out.split('\n').flatMap((line) => /^\S+ (begins|ends)$/.exec(line)?.[1] ?? [])
}

const ONE_AFTER_THE_OTHER = ['begins', 'ends', 'begins', 'ends']
const TOGETHER = ['begins', 'begins', 'ends', 'ends']

describe('two requests at once, one worker', () => {
  it.each([
    ['/io_task', 'sync', ONE_AFTER_THE_OTHER, ['-k', 'sync']],
    ['/io_task', 'gthread', TOGETHER, ['-k', 'gthread', '--threads', '2']],
    ['/io_task', 'async', TOGETHER, ['-k', 'async']],
    ['/cpu_task', 'sync', ONE_AFTER_THE_OTHER, ['-k', 'sync']],
    ['/cpu_task', 'gthread', TOGETHER, ['-k', 'gthread', '--threads', '2']],
    ['/cpu_task', 'async', ONE_AFTER_THE_OTHER, ['-k', 'async']]
  ])('%s twice with %s: %j', async (task, _class, order, flags) => {
    expect(await twice(await experiment(0.7, ...flags), task)).toEqual(order)
  })
})

describe('a computation that is longer than the timeout', () => {
  it.each(['sync', 'async'])(
    'gets a %s worker a WORKER TIMEOUT and a successor that serves',
    async (workerClass) => {
      const pf = await experiment(60, '-k', workerClass, '-t', '1')
      const [stuck] = pf.booted
      await expect(fetch(`${pf.url}/cpu_task`)).rejects.toThrow()
      await pf.waitForLog(`[CRITICAL] WORKER TIMEOUT (pid:${stuck})`)
      await pf.waitForLog(new RegExp(`Worker \\(pid:${stuck}\\) was ended by SIGABRT, sent by the arbiter`))
      const answer = await (await fetch(pf.url)).text()
      expect(answer).toBe(`/ done by process ${pf.booted.at(-1)}\n`)
      expect(pf.booted).toHaveLength(2)
    }
  )

  it('is answered by a gthread worker, which answers others meanwhile', async () => {
    const pf = await experiment(2.5, '-k', 'gthread', '--threads', '3', '-t', '1')
    const [pid] = pf.booted
    const order: string[] = []
    const ask = async (path: string): Promise<string> => {
      const text = await (await fetch(pf.url + path)).text()
      order.push(path)
      return text
    }
    const long = [ask('/cpu_task'), ask('/cpu_task')]
    await pf.waitForOut(/(cpu_task begins[\s\S]*){2}/)
    expect(await ask('/')).toBe(`/ done by process ${pid}\n`)
    expect(await Promise.all(long)).toEqual(Array(2).fill(`/cpu_task done by process ${pid}\n`))
    expect(order).toEqual(['/', '/cpu_task', '/cpu_task'])
    expect(pf.log).not.toContain('WORKER TIMEOUT')
    expect(pf.booted).toEqual([pid])
  })
})
