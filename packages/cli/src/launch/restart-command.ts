import { accessSync, constants, statSync } from 'node:fs'
import { basename, isAbsolute, join, relative, resolve } from 'node:path'
import type { Command } from '@pf/core'
import type { Start } from './start.ts'

/** How this process runs, as Node tells it. */
export interface Running {
  /** The program as it was called: `node`, or a path. */
  readonly argv0: string
  /** Where that led, without symbolic links. */
  readonly execPath: string
  readonly execArgv: readonly string[]
  /** `pf.js` as it was called, absolute: `/usr/local/bin/pf` where that is a symbolic link. */
  readonly script: string
  /** The working directory, without symbolic links. */
  readonly cwd: string
}

/** What Node says of this process. */
export function running(cwd: string): Running {
  const { argv0, execPath, execArgv, argv } = process
  return { argv0, execPath, execArgv, script: argv[1] ?? '', cwd }
}

/**
 * The command that starts pf once more as it was started: with the same arguments and environment, from the same directory,
 * and by the same names, which may lead to a newer Node and a newer pf by now.
 */
export function restartCommand(start: Start, { script, cwd, ...own }: Running): Command {
  // Node has made it absolute with the directory's real name.
  const inside = relative(cwd, script)
  const isInside = !inside.startsWith('..') && !isAbsolute(inside)
  return {
    file: findNode(start, own) ?? own.execPath,
    args: [...own.execArgv, isInside ? join(start.directory, inside) : script, ...start.argv],
    env: start.env,
    cwd: start.directory
  }
}

/** Where the name by which Node was called leads now; undefined when that is nowhere, or the name is not one of Node's. */
function findNode({ env, directory }: Start, { argv0 }: Pick<Running, 'argv0'>): string | undefined {
  if (!/^node/.test(basename(argv0))) return undefined
  if (argv0.includes('/')) return [resolve(directory, argv0)].find(isProgram)
  const folders = (env['PATH'] ?? '').split(':')
  return folders.map((folder) => resolve(directory, folder, argv0)).find(isProgram)
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
