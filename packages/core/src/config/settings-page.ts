import { kindOf } from './kinds.ts'
import type { ReloadEffect, Setting, SettingsTable } from './setting.ts'

const RELOAD: Readonly<Record<ReloadEffect, string>> = {
  arbiter: 'at once',
  generation: 'new workers',
  restart: 'needs a restart'
}

const INTRODUCTION = `# Settings

<!-- Written by scripts/docs.js from the settings table (packages/core/src/config/settings.ts); edit that. -->

A setting is a key of the config file, a flag of \`pf\`, or both. Later ones win: default, environment variable, config
file (\`pf.config.ts\`, \`.mts\`, \`.js\`, \`.mjs\`, \`.json\`, or \`--config\`), flags in \`PF_CMD_ARGS\`, command line.
Durations are in seconds; fractions are allowed. A list (repeatable flags) replaces the list of an earlier source.

"Reload" says what a HUP does with a change: **at once**, for **new workers** (all are replaced, so all get it), or
**needs a restart**, which pf says in its log. A reload reads the config file anew, but not the modules it imports.
Worker classes may add settings of their own: \`pf -k CLASS --help\` lists them.
`

/** The text of `docs/settings.md` for a table of settings, in Markdown. */
export function settingsPage(table: SettingsTable): string {
  const groups = Map.groupBy(Object.entries(table), ([, setting]) => setting.group)
  const sections = [...groups].map(([group, entries]) => {
    return `## ${group}\n\n${entries.map(([key, setting]) => describe(key, setting)).join('\n')}`
  })
  return `${INTRODUCTION}\n${sections.join('\n')}`
}

function describe(key: string, setting: Setting): string {
  const facts = [
    ['Flag', flagOf(key, setting)],
    ['Value', kindOf(setting).describe],
    ['Default', defaultOf(setting)],
    ['Environment', environmentOf(setting)],
    ['Reload', setting.commandLineOnly ? undefined : RELOAD[setting.reload]]
  ]
  const lines = facts.flatMap(([name, text]) => (text === undefined ? [] : `- ${name}: ${text}`))
  const heading = setting.commandLineOnly ? `${setting.flags?.split(', ').at(-1)}` : key
  return `### \`${heading}\`\n\n${setting.help}\n\n${lines.join('\n')}\n`
}

function flagOf(key: string, setting: Setting): string | undefined {
  if (key === 'app') return `none; the argument \`${setting.metavar}\``
  if (setting.flags === undefined) return undefined
  const metavar = setting.metavar ?? kindOf(setting).metavar
  const names = [...setting.flags.split(', '), ...(setting.aliases ?? [])].map((name) => `\`${name}\``)
  return metavar === undefined ? names.join(', ') : `${names.join(', ')} with \`${metavar}\``
}

function defaultOf(setting: Setting): string {
  return setting.default === undefined ? 'none' : `\`${JSON.stringify(setting.default)}\``
}

function environmentOf(setting: Setting): string | undefined {
  if (setting.env === undefined) return undefined
  const meaning = setting.envTemplate?.replace('{}', `$${setting.env}`)
  return meaning === undefined ? `\`${setting.env}\`` : `\`${setting.env}\`, which makes it \`${meaning}\``
}
