/**
 * Brings a fresh clone to where it can run: installs what the lock file names, a newer Node among it, and builds. Runs on
 * any Node from 20 and is quick when there is nothing to do.
 */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))

/** The Node that the workspace brings: the program itself, since a signal to the shim in `.bin` would end the shim. */
export const NODE = join(ROOT, 'node_modules/node/bin/node')

const LOCK_FILE = join(ROOT, 'pnpm-lock.yaml')
const STAMP = join(ROOT, 'node_modules/.setup-stamp')

/** Installs and builds. Rejects when a step fails, after showing what it printed. */
export async function setup() {
  if (!isInstalled()) {
    console.log('Installing the workspace (once; a minute or two) ...')
    await runQuietly('npm', pnpm('install', '--frozen-lockfile'))
    writeFileSync(STAMP, readFileSync(LOCK_FILE))
  }
  await runQuietly('npm', pnpm('exec', 'turbo', 'run', 'build'))
}

/** The arguments for npm that run the pinned pnpm. */
export function pnpm(...args) {
  const { packageManager } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  return ['exec', '--yes', `--package=${packageManager}`, '--', 'pnpm', ...args]
}

/** Runs a command with its output shown; resolves with its exit code. */
export function run(command, args) {
  return start(command, args, 'inherit').ended
}

/** Runs a command; shows its output, and rejects, only if it fails. */
async function runQuietly(command, args) {
  const { child, ended } = start(command, args, 'pipe')
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text
    })
  }
  const code = await ended
  if (code === 0) return
  process.stderr.write(output)
  throw new Error(`'${command} ${args.join(' ')}' ended with code ${code}`)
}

function start(command, args, stdio) {
  const plain = process.stdout.isTTY ? {} : { NO_COLOR: '1' }
  const env = { ...process.env, ...plain, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' }
  const child = spawn(command, args, { cwd: ROOT, env, stdio: ['ignore', stdio, stdio] })
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(code ?? `signal ${signal}`))
  })
  return { child, ended }
}

function isInstalled() {
  return existsSync(STAMP) && existsSync(NODE) && readFileSync(STAMP).equals(readFileSync(LOCK_FILE))
}
