import { PfError } from '@pf/core'
import { FIRST_PARTY } from './class-names.ts'
import { flagsOf } from './merge-settings.ts'
import { type ClassSearch, resolveWorkerClass } from './worker-class.ts'

/**
 * If `error` is about an unknown flag that another installed class of pf has, an error that says so; otherwise undefined.
 */
export async function classWithFlag(error: unknown, search: ClassSearch): Promise<PfError | undefined> {
  if (!(error instanceof PfError)) return undefined
  const flag = /unknown option '(--[^'=]+)/.exec(error.message)?.[1]
  if (flag === undefined) return undefined
  for (const name of FIRST_PARTY) {
    if (!(await hasFlag(name, flag, search))) continue
    const place = error.message.startsWith('PF_CMD_ARGS: ') ? 'PF_CMD_ARGS: ' : ''
    const message = `${place}option '${flag}' belongs to worker class '${name}'; add  -k ${name}  to use it`
    return new PfError('PF_USAGE', message, { cause: error })
  }
  return undefined
}

async function hasFlag(name: string, flag: string, search: ClassSearch): Promise<boolean> {
  try {
    const { settings } = await resolveWorkerClass(name, search)
    return Object.values(settings).some((setting) => flagsOf(setting).includes(flag))
  } catch (error) {
    if (error instanceof PfError) return false
    throw error
  }
}
