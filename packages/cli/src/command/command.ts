import { type FlagTexts, kindOf, PfError, type Setting, type SettingsTable } from '@pf/core'
import { Command, CommanderError, Option } from 'commander'

/** Flags that are no setting: they print something and end. */
const OWN_FLAGS = {
  help: ['-h, --help', 'Print this help.'],
  version: ['-v, --version', 'Print the version of pf.']
} as const

/** The flags among `args` that `table` knows. What it does not know is passed over: a worker class may know it. */
export function parseLoosely(table: SettingsTable, args: readonly string[]): FlagTexts {
  const texts: Record<string, string[]> = {}
  return asUsageError(() => {
    buildCommand(table, texts).parseOptions([...args])
    return texts
  })
}

/** All that `args` say, the app included. Throws a PfError (PF_USAGE) on anything that `table` does not know. */
export function parseStrictly(table: SettingsTable, args: readonly string[]): FlagTexts {
  const texts: Record<string, string[]> = {}
  return asUsageError(() => {
    buildCommand(table, texts)
      .action((app?: string) => {
        if (app !== undefined) add(texts, 'app', app)
      })
      .parse([...args], { from: 'user' })
    return texts
  })
}

/** The text that `--help` prints: the flags of `table`, by group. */
export function helpText(table: SettingsTable): string {
  let text = ''
  const command = buildCommand(table, {}).configureOutput({
    writeOut: (part) => {
      text += part
    }
  })
  command.outputHelp()
  return text
}

/** A command that puts the text of each flag it meets into `texts`, under the setting's key. */
function buildCommand(table: SettingsTable, texts: Record<string, string[]>): Command {
  const command = new Command('pf')
    .usage('[OPTIONS] MODULE[:EXPORT]')
    .argument('[MODULE[:EXPORT]]')
    .helpOption(false)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .configureHelp({ visibleArguments: () => [] })
    .addHelpText('before', 'Serves a Node.js app with several worker processes.\n')
    .addHelpText('after', '\nA worker class may add options:  pf -k CLASS --help  lists them.')
  for (const [key, [flags, help]] of Object.entries(OWN_FLAGS)) {
    command.addOption(collect(new Option(flags, help), key, texts))
  }
  for (const [key, setting] of Object.entries(table)) {
    for (const option of optionsOf(setting)) command.addOption(collect(option, key, texts))
  }
  return command
}

/** The option of a setting, and a hidden one for each alias; none when it has no flag. */
function optionsOf(setting: Setting): Option[] {
  if (setting.flags === undefined) return []
  const metavar = setting.metavar ?? kindOf(setting).metavar
  const value = kindOf(setting).metavar === undefined ? '' : ` <${metavar}>`
  const aliases = setting.aliases ?? []
  return [
    new Option(setting.flags + value, describe(setting)).helpGroup(`${setting.group}:`),
    ...aliases.map((alias) => new Option(alias + value).hideHelp())
  ]
}

function describe(setting: Setting): string {
  const { default: value, env } = setting
  const shown = [value].flat().map((part) => (typeof part === 'object' ? '' : String(part)))
  const facts = [
    setting.kind !== 'boolean' &&
      value !== undefined &&
      shown.join('') !== '' &&
      `default: ${shown.join(' ')}`,
    env !== undefined && `env: ${env}`
  ]
  const known = facts.filter((fact) => fact !== false)
  return known.length === 0 ? setting.help : `${setting.help} (${known.join('; ')})`
}

function collect(option: Option, key: string, texts: Record<string, string[]>): Option {
  // Commander calls it for a flag without a value too, with undefined.
  return option.argParser((text: string | undefined) => add(texts, key, text ?? ''))
}

function add(texts: Record<string, string[]>, key: string, text: string): void {
  texts[key] = [...(texts[key] ?? []), text]
}

function asUsageError<T>(action: () => T): T {
  try {
    return action()
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    const message = error.message.replace(/^error: /, '')
    throw new PfError(
      'PF_USAGE',
      `${message}${message.includes('\n') ? '' : '; pf --help lists the options'}`,
      {
        cause: error
      }
    )
  }
}
