import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { Command } from '../common/command.ts'
import { denialOf } from '../common/denial.ts'

export interface ChildOptions {
  readonly command: Command
  readonly stdio: SpawnOptions['stdio']
  /** What to do when the working directory has gone. */
  readonly remedy: string
  /** Called later, with the reason for people, when the process cannot be started. */
  readonly failed: (why: string) => void
}

/**
 * Starts a process. Undefined when it cannot be started: there is no such program or directory, no memory or descriptor is left,
 * or the environment is too large.
 */
export function startChild({ command, stdio, remedy, failed }: ChildOptions): ChildProcess | undefined {
  const { file, args, env, cwd } = command
  const fail = (error: NodeJS.ErrnoException): void => failed(reasonOf(error, cwd, remedy))
  try {
    const child = spawn(file, args, { cwd, env, stdio })
    // Of a process that has started, the exit follows.
    child.on('error', (error) => {
      if (child.pid === undefined) fail(error)
    })
    return child.pid === undefined ? undefined : child
  } catch (error) {
    // Node throws some errors, and tells others later.
    process.nextTick(fail, error)
    return undefined
  }
}

function reasonOf({ code, message }: NodeJS.ErrnoException, cwd: string, remedy: string): string {
  // The system does not say which of the two it means, the program or the directory.
  const denial = code === 'EACCES' ? denialOf('enter', cwd) : undefined
  if (denial !== undefined) return denial
  if (code !== 'ENOENT' || existsSync(cwd)) return message
  return `the working directory '${cwd}' does not exist any more; ${remedy}`
}
