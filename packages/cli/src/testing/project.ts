import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A user's project in a temporary directory. */
export class Project {
  readonly directory = realpathSync(mkdtempSync(join(tmpdir(), 'pf-project-')))

  /** Writes a file and returns its path. */
  write(name: string, text: string): string {
    const path = join(this.directory, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
    return path
  }

  /** Installs a package whose module is `text`, and returns the path of the module. */
  install(packageName: string, text: string): string {
    const manifest = { name: packageName, type: 'module', exports: './index.js' }
    this.write(`node_modules/${packageName}/package.json`, JSON.stringify(manifest))
    return this.write(`node_modules/${packageName}/index.js`, text)
  }

  remove(): void {
    rmSync(this.directory, { recursive: true })
  }
}

/** The text of a module that exports a worker class. */
export function classModule(name: string, settings: object = {}): string {
  return `export const workerClass = { name: '${name}', settings: ${JSON.stringify(settings)}, capacity() {}, boot() {} }`
}

/** A setting that a worker class may add. */
export const HEAP = {
  threadHeapLimit: {
    kind: 'integer',
    default: 64,
    flags: '--thread-heap-limit',
    help: 'Megabytes of heap for one thread.',
    group: 'Threads',
    reload: 'generation'
  }
} as const
