import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { PfError } from '@pf/core'
import type { Loaded } from './load-launch.ts'
import type { SettingsMessage } from './settings-message.ts'
import { checkStartDirectory, type Start } from './start.ts'

/** Reads settings and finds the worker class; `seconds` is how long that may take, and `stop` ends it early. */
export type ReadSettings = (start: Start, seconds: number, stop?: AbortSignal) => Promise<Loaded>

const PROGRAM = fileURLToPath(new URL('./settings-main.js', import.meta.url))

/** Seconds that the program has before it comes to what the user wrote; a slow machine is no reason to give up. */
const LONGEST_START = 30

/** What is known of the program while it runs. */
interface Course {
  /** The file of the user's that it has begun to import. */
  importing: string | undefined
  answer: SettingsMessage | undefined
  overdue: boolean
}

/**
 * Reads the settings in a process of its own, from where pf was started: whatever a config file does, this process has
 * none of it. What the config file prints goes to standard error. See `decisions/0018-settings-in-a-process.md`.
 *
 * Rejects with a PfError: the one of `loadLaunch`, or PF_CONFIG, which names the file that ended the process or took
 * longer than `seconds`. The process is gone then, also when `stop` has ended it.
 */
export async function readSettings(start: Start, seconds: number, stop?: AbortSignal): Promise<Loaded> {
  checkStartDirectory(start.directory)
  const child = spawn(process.execPath, [...process.execArgv, PROGRAM, String(process.pid), ...start.argv], {
    cwd: start.directory,
    env: start.env,
    stdio: ['ignore', 2, 2, 'ipc'],
    serialization: 'advanced'
  })
  const course: Course = { importing: undefined, answer: undefined, overdue: false }
  const endAfter = (limit: number) =>
    setTimeout(() => {
      course.overdue = true
      child.kill('SIGKILL')
    }, limit * 1000)
  let timer = endAfter(Math.max(LONGEST_START, seconds))
  child.on('message', (message: SettingsMessage) => {
    if (message?.type === 'importing') {
      course.importing = message.path
      clearTimeout(timer)
      timer = endAfter(seconds)
    } else if (message?.type === 'loaded' || message?.type === 'failed') {
      course.answer ??= message
      // The config file may have left something that keeps the process alive.
      child.kill('SIGKILL')
    }
  })
  const end = (): void => void child.kill('SIGKILL')
  stop?.addEventListener('abort', end)
  try {
    return resultOf(course, await endOf(child), seconds)
  } finally {
    stop?.removeEventListener('abort', end)
    clearTimeout(timer)
  }
}

/** Resolves when the process is gone and all its messages have come, with how it ended; rejects when there was none. */
async function endOf(child: ChildProcess): Promise<string> {
  const [code, signal] = await once(child, 'close')
  return signal === null ? `with exit code ${code}` : `by ${signal}`
}

function resultOf({ answer, importing, overdue }: Course, how: string, seconds: number): Loaded {
  if (answer?.type === 'loaded') return answer.loaded
  if (answer?.type === 'failed') throw failureOf(answer)
  const what = importing === undefined ? 'reading the settings' : importing
  if (overdue) {
    const advice = 'mend it, or give it longer with --boot-timeout'
    throw new PfError('PF_CONFIG', `${what}: it did not come to an end within ${seconds} s; ${advice}`)
  }
  throw new PfError('PF_CONFIG', `${what}: it ended its process (${how}) where it should give settings`)
}

function failureOf({ code, text }: SettingsMessage & { type: 'failed' }): Error {
  if (code !== undefined) return new PfError(code, text)
  return Object.assign(new Error(text), { stack: text })
}
