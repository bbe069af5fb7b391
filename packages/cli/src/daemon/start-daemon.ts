import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:os'
import type { Command, Launch } from '@pf/core'
import { DAEMON_MARK, type DaemonMessage } from './daemon-message.ts'

/** Signals to the command while it waits, as Ctrl-C, end the daemon too. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const

/**
 * Starts pf once more by its command, as a daemon: in a session of its own (`setsid(2)`), with nothing of the terminal. Resolves
 * with the exit code: 0 once its workers are ready. If it ends before, that of the signal by which this process was told to end it,
 * or its own, or 1 where that is 0, and `error` is given what it had to say. See `decisions/0017-daemon-and-service-manager.md`.
 */
export async function startDaemon(
  { file, args, env, cwd }: Command,
  error: (text: string) => void
): Promise<number> {
  const child = spawn(file, args, {
    cwd,
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: { ...env, [DAEMON_MARK]: String(process.pid) }
  })
  let told: NodeJS.Signals | undefined
  const end = (signal: NodeJS.Signals): void => {
    told ??= signal
    child.kill('SIGTERM')
  }
  for (const signal of SIGNALS) process.on(signal, end)
  try {
    const code = await outcomeOf(child, error)
    return code === 0 || told === undefined ? code : exitCodeOf(told)
  } finally {
    for (const signal of SIGNALS) process.off(signal, end)
  }
}

/** The exit code by which shells tell that a signal was the end. */
export function exitCodeOf(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal]
}

function outcomeOf(child: ChildProcess, error: (text: string) => void): Promise<number> {
  return new Promise((resolve, reject) => {
    const lines: string[] = []
    child.on('message', (message: DaemonMessage) => {
      if (message.type === 'line') return lines.push(message.text)
      child.disconnect()
      child.unref()
      return resolve(0)
    })
    child.once('error', reject)
    child.once('close', (code, signal) => {
      const how = code === 0 ? 'stopped' : `ended by ${signal ?? `exit code ${code}`}`
      if (code === 0 || lines.length === 0) lines.push(`pf: the daemon was ${how} before it was ready\n`)
      error(lines.join(''))
      resolve(code || 1)
    })
  })
}

/** What to say to somebody whose daemon would write to a terminal that it does not have. */
export function lostLogs({ config }: Launch): string | undefined {
  const lost = [
    ...(config.errorLogfile === '-' ? ['--error-logfile'] : []),
    ...(config.accessLogfile === '-' ? ['--access-logfile'] : [])
  ]
  if (lost.length === 0) return undefined
  return `a daemon has no terminal to write to, so its log is lost; give ${lost.join(' and ')} a file`
}
