import { readFileSync } from 'node:fs'
import {
  Arbiter,
  type ArbiterOptions,
  type Command,
  checkApp,
  claimService,
  type ImportModule,
  type Launch,
  PfError,
  Signals,
  stackOf,
  UPGRADE_VARIABLE
} from '@pf/core'
import { helpText } from './command/command.ts'
import { printedConfig } from './command/print-config.ts'
import { exitCodeOf, lostLogs, startDaemon } from './daemon/start-daemon.ts'
import { isDaemon, type Starter, starterOf } from './daemon/starter.ts'
import { Terminal } from './daemon/terminal.ts'
import { bootTimeoutOf, lastOf, looseFlags, settingsForHelp } from './launch/load-launch.ts'
import { type ReadSettings, readSettings } from './launch/read-settings.ts'
import { restartCommand, running } from './launch/restart-command.ts'
import { type Start, startDirectory } from './launch/start.ts'

/** What the command does to the world; an argument for tests. */
export interface Host {
  /** Writes to standard output. */
  out(text: string): void
  /** Writes to standard error. */
  error(text: string): void
  readonly importModule: ImportModule
  readonly readSettings: ReadSettings
  /** Serves until told to stop; resolves with the exit code. */
  serve(options: ArbiterOptions): Promise<number>
  /** Starts pf once more as a daemon; resolves with the exit code once that serves or has failed. */
  startDaemon(command: Command, error: (text: string) => void): Promise<number>
  /** Rejects with a PfError when the app does not boot. */
  checkApp(launch: Launch): Promise<void>
}

/** What an arbiter needs beside the settings: who waits for it, and what an upgrade needs to know. */
interface Means extends Pick<ArbiterOptions, 'inherited' | 'restart'> {
  readonly starter: Starter | undefined
}

/** Seconds. */
const LEAST_LIMIT = 30

const SYSTEM: Host = {
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
  importModule: (url) => import(url),
  readSettings,
  serve: (options) => new Arbiter(options).run(),
  startDaemon,
  checkApp
}

/**
 * The `pf` command. `argv` is the command line without the program, `cwd` absolute. Resolves with the exit code; what
 * the user can do something about is a message on standard error, and anything else a rejection.
 */
export async function main(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
  host: Host = SYSTEM
): Promise<number> {
  const { [UPGRADE_VARIABLE]: inherited, ...own } = env
  const start: Start = { argv, env: claimService(own, process.pid), directory: startDirectory(cwd, env) }
  const starter = starterOf(start)
  try {
    return await run(start, host, { starter, inherited, restart: () => restartCommand(start, running(cwd)) })
  } catch (error) {
    const text = error instanceof PfError ? `pf: ${error.message}` : stackOf(error)
    starter?.line(`${text}\n`)
    if (!(error instanceof PfError)) throw error
    host.error(`${text}\n`)
    return error.exitCode
  } finally {
    await starter?.sent()
  }
}

async function run(start: Start, host: Host, means: Means): Promise<number> {
  const flags = looseFlags(start)
  const given = (key: string) => lastOf(flags, key) !== undefined
  if (given('version')) host.out(`pf ${version()}\n`)
  else if (given('help')) host.out(helpText(await settingsForHelp(start, host.importModule)))
  else if (given('printConfig') || given('checkConfig')) await printAndCheck(start, host, given)
  else return serve(start, host, means)
  return 0
}

async function serve(start: Start, host: Host, means: Means): Promise<number> {
  const signals = new Signals()
  signals.open()
  try {
    return await serveUnder(signals, start, host, means)
  } finally {
    signals.close()
  }
}

async function serveUnder(
  signals: Signals,
  start: Start,
  host: Host,
  { starter, ...upgrade }: Means
): Promise<number> {
  const load = loader(start, host)
  const first = load(signals.stop)
  // Settings that cannot be read are for the arbiter to tell.
  const launch = await first.catch(() => undefined)
  if (signals.stop.aborted) return stoppedEarly(start, signals.stop.reason)
  if (launch?.config.daemon && !isDaemon(start)) {
    const warning = lostLogs(launch)
    if (warning !== undefined) host.error(`pf: ${warning}\n`)
    signals.close()
    return host.startDaemon(upgrade.restart(), host.error)
  }
  const loads = [first]
  const report = starter ?? new Terminal(host.error)
  const options = { version: version(), env: start.env, report, signals, ...upgrade }
  return host.serve({ load: (stop) => loads.pop() ?? load(stop), ...options })
}

/** The exit code of a stop before there was anything to stop. Who asked for a daemon, and has none, is to know. */
function stoppedEarly(start: Start, signal: NodeJS.Signals): number {
  const wantsDaemon = lastOf(looseFlags(start), 'daemon') !== undefined && !isDaemon(start)
  return wantsDaemon ? exitCodeOf(signal) : 0
}

/** What reads the settings, each time anew. It may take as long as the settings that were read last let a worker boot. */
function loader(start: Start, host: Host): (stop?: AbortSignal) => Promise<Launch> {
  let limit = firstLimit(start)
  return async (stop) => {
    const { launch } = await host.readSettings(start, limit, stop)
    limit = limitOf(launch.config.bootTimeout)
    return launch
  }
}

function firstLimit(start: Start): number {
  return limitOf(bootTimeoutOf(start))
}

/** A config file that never ends is ended, also where workers have no limit. */
function limitOf(bootTimeout: number): number {
  return bootTimeout === 0 ? LEAST_LIMIT : bootTimeout
}

/** Does what `--print-config` and `--check-config` ask for, in this order. */
async function printAndCheck(start: Start, host: Host, given: (key: string) => boolean): Promise<void> {
  const { table, launch, sources } = await host.readSettings(start, firstLimit(start))
  for (const notice of launch.notices) host.error(`pf: ${notice}\n`)
  if (given('printConfig')) host.out(printedConfig(table, { config: launch.config, sources }))
  if (!given('checkConfig')) return
  await host.checkApp(launch)
  host.out('The settings and the app are fine.\n')
}

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
