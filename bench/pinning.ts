import { spawnSync } from 'node:child_process'
import { allowedCores } from './proc.ts'

/** Which CPU cores the processes run on: all servers on one, what puts load on them on another. */
export interface Pinning {
  readonly servers: number | undefined
  readonly load: number | undefined
  /** One line for the reader. */
  readonly note: string
}

export function choosePinning(): Pinning {
  const cores = allowedCores()
  const [load] = cores
  const servers = cores.at(-1)
  const not = (reason: string) => ({ servers: undefined, load: undefined, note: `not pinned: ${reason}` })
  if (load === undefined || load === servers) return not('there is one core')
  if (spawnSync('taskset', ['--version']).error !== undefined) return not('taskset is not installed')
  return { servers, load, note: `servers on core ${servers}, load on core ${load}` }
}

/** The command that runs `command` on this core. taskset becomes the program, so the process id is the program's. */
export function pinned(core: number | undefined, command: readonly string[]): string[] {
  return core === undefined ? [...command] : ['taskset', '-c', String(core), ...command]
}
