/**
 * The program that reads the settings: command line, environment, config file and worker class. `readSettings` starts it,
 * with its own process id before the arguments, in the directory and with the environment that pf was started with, and takes its
 * answer by message.
 */
import { fileURLToPath } from 'node:url'
import { messageOf, PfError, stackOf } from '@pf/core'
import { leaveWithParent } from './launch/leave-with-parent.ts'
import { loadLaunch } from './launch/load-launch.ts'
import type { SettingsMessage } from './launch/settings-message.ts'

const send = (message: SettingsMessage): Promise<void> =>
  new Promise((resolve, reject) => {
    process.send?.(message, undefined, undefined, (error) => (error === null ? resolve() : reject(error)))
  })

let importing: string | undefined

/** Says first what is imported, so that it can be named whatever it does. */
async function importModule(url: string): Promise<unknown> {
  importing = fileURLToPath(url)
  await send({ type: 'importing', path: importing })
  return import(url)
}

async function fail(error: unknown): Promise<void> {
  const code = error instanceof PfError ? error.code : undefined
  const text = code ? messageOf(error) : stackOf(error)
  // Nobody may be left to hear it.
  await send({ type: 'failed', code, text }).catch(() => {})
  process.exit(1)
}

/** An error outside of what is waited for: of the module that is being imported, if one is. */
function ofTheUser(error: unknown): unknown {
  return importing === undefined ? error : new PfError('PF_CONFIG', `${importing}: ${messageOf(error)}`)
}

// Code of the user's that looks at the arguments finds those of pf.
const [parent] = process.argv.splice(2, 1)

// A terminal sends these to the whole process group; the arbiter decides what they mean.
for (const signal of ['SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH'] as const)
  process.on(signal, () => {})
leaveWithParent(Number(parent))
process.on('disconnect', () => process.exit(1))
process.on('uncaughtException', (error) => void fail(ofTheUser(error)))
// Nothing is left to happen, and the settings are not there.
process.on('beforeExit', () => void fail(ofTheUser('it waits for something that never comes')))
// Or that would be waited for.
process.channel?.unref()

const { argv, env } = process
loadLaunch({ argv: argv.slice(2), env, cwd: process.cwd(), importModule })
  .then((loaded) => send({ type: 'loaded', loaded }))
  .then(() => process.exit(0), fail)
