import { kindOf, type LoadedConfig, type SettingsTable } from '@pf/core'

/** What `--print-config` prints: a line per setting with its value and where that comes from, in columns. */
export function printedConfig(table: SettingsTable, { config, sources }: LoadedConfig): string {
  const values: Readonly<Record<string, unknown>> = { ...config }
  const rows = Object.entries(sources).map(([key, source]) => {
    const setting = table[key]
    const value = setting && values[key] !== undefined && kindOf(setting).format(values[key])
    return [key, value || 'none', source] as const
  })
  const widthOf = (column: 0 | 1) => Math.max(...rows.map((row) => row[column].length))
  const [keys, texts] = [widthOf(0), widthOf(1)]
  return rows
    .map(([key, value, source]) => `${key.padEnd(keys)}  ${value.padEnd(texts)}  ${source}\n`)
    .join('')
}
