import { readFileSync } from 'node:fs'
import { Arbiter, checkApp, type ImportModule, type Launch, PfError } from '@pf/core'
import { helpText } from './command/command.ts'
import { printedConfig } from './command/print-config.ts'
import { type Invocation, lastOf, loadLaunch, looseFlags, settingsForHelp } from './launch/load-launch.ts'

/** What the command does to the world; an argument for tests. */
export interface Host {
  /** Writes to standard output. */
  out(text: string): void
  /** Writes to standard error. */
  error(text: string): void
  readonly importModule: ImportModule
  /** Serves until told to stop; resolves with the exit code. `load` reads everything anew. */
  serve(load: () => Promise<Launch>, version: string): Promise<number>
  /** Rejects with a PfError when the app does not boot. */
  checkApp(launch: Launch): Promise<void>
}

const SYSTEM: Host = {
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
  importModule: (url) => import(url),
  serve: (load, version) => new Arbiter({ load, version }).run(),
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
  try {
    return await run({ argv, env, cwd, importModule: host.importModule }, host)
  } catch (error) {
    if (!(error instanceof PfError)) throw error
    host.error(`pf: ${error.message}\n`)
    return error.exitCode
  }
}

async function run(invocation: Invocation, host: Host): Promise<number> {
  const flags = looseFlags(invocation)
  const given = (key: string) => lastOf(flags, key) !== undefined
  if (given('version')) host.out(`pf ${version()}\n`)
  else if (given('help')) host.out(helpText(await settingsForHelp(invocation)))
  else if (given('printConfig')) await print(invocation, host)
  else if (given('checkConfig')) await check(invocation, host)
  else return host.serve(async () => (await loadLaunch(invocation)).launch, version())
  return 0
}

async function print(invocation: Invocation, host: Host): Promise<void> {
  const loaded = await loadLaunch(invocation)
  host.out(printedConfig(loaded.table, loaded))
}

async function check(invocation: Invocation, host: Host): Promise<void> {
  const { launch } = await loadLaunch(invocation)
  await host.checkApp(launch)
  host.out('The settings and the app are fine.\n')
}

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
