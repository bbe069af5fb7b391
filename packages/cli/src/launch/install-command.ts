import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

const LOCK_FILES = { 'pnpm-lock.yaml': 'pnpm', 'yarn.lock': 'yarn', 'package-lock.json': 'npm' } as const

/**
 * The command that installs a package for the project in `directory`: by the lock file there or above, else by the
 * package manager that runs this process, else npm.
 */
export function installCommand(
  packageName: string,
  directory: string,
  env: Readonly<Record<string, string | undefined>>
): string {
  const { npm_config_user_agent: agent = '' } = env
  const manager = managerByLockFile(directory) ?? /^(pnpm|yarn)\//.exec(agent)?.[1]
  return manager === 'pnpm' || manager === 'yarn'
    ? `${manager} add ${packageName}`
    : `npm install ${packageName}`
}

function managerByLockFile(directory: string): string | undefined {
  for (const [file, manager] of Object.entries(LOCK_FILES)) {
    if (existsSync(join(directory, file))) return manager
  }
  const parent = dirname(directory)
  return parent === directory ? undefined : managerByLockFile(parent)
}
