import type { Config } from '../config/settings.ts'
import { UPGRADE_VARIABLE } from './upgrade/inheritance.ts'

/** What systemd and pf itself tell an arbiter through its environment; it would mislead what an app starts. */
const FOR_THE_ARBITER = [
  'NOTIFY_SOCKET',
  'WATCHDOG_USEC',
  'WATCHDOG_PID',
  'LISTEN_PID',
  'LISTEN_PIDFDID',
  'LISTEN_FDS',
  'LISTEN_FDNAMES',
  'PF_DAEMON',
  UPGRADE_VARIABLE
]

/** The environment of a worker: that of the arbiter, less what is meant for the arbiter alone, and what `env` adds. */
export function workerEnv(config: Pick<Config, 'env'>, own = process.env): NodeJS.ProcessEnv {
  const env = { ...own }
  for (const name of FOR_THE_ARBITER) delete env[name]
  return { ...env, ...config.env }
}
