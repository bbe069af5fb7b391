import { kindOf, PfError, SETTINGS, type Setting, type SettingsTable } from '@pf/core'
import type { ResolvedClass } from './worker-class.ts'

/**
 * pf's settings followed by those of a worker class. Throws a PfError (PF_WORKER_CLASS) when one of the latter is no
 * setting, or has the key or a flag of another.
 */
export function mergeSettings({ name, settings }: ResolvedClass): SettingsTable {
  const taken = new Set(['-h', '--help', '-v', '--version', ...Object.values(SETTINGS).flatMap(flagsOf)])
  for (const [key, setting] of Object.entries(settings)) {
    const flags = flagsOf(setting)
    const why = key in SETTINGS ? `pf has a setting '${key}'` : (clash(flags, taken) ?? whyNoKind(setting))
    if (why !== undefined) {
      throw new PfError(
        'PF_WORKER_CLASS',
        `worker class '${name}' declares the setting '${key}' wrongly: ${why}`
      )
    }
    for (const flag of flags) taken.add(flag)
  }
  return { ...SETTINGS, ...settings }
}

/** Every spelling of a setting's flag. */
export function flagsOf({ flags, aliases = [] }: Setting): string[] {
  return [...(flags?.split(', ') ?? []), ...aliases]
}

function clash(flags: readonly string[], taken: ReadonlySet<string>): string | undefined {
  const flag = flags.find((each) => taken.has(each))
  return flag && `${flag} is the flag of another`
}

function whyNoKind(setting: Setting): string | undefined {
  try {
    kindOf(setting)
    return undefined
  } catch (error) {
    if (error instanceof PfError) return error.message
    throw error
  }
}
