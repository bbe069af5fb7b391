import { createRequire } from 'node:module'
import { join } from 'node:path'
import { type Frame, STACKS_PACKAGE } from '../../common/stacks.ts'

/** What is used of the package. */
export interface NativeStacks {
  /** Lets the stack of the calling thread be captured from now on. */
  registerThread(name: string): void
  /**
   * The stacks of all registered threads but the calling one, by name. A thread answers from within its JavaScript: this blocks
   * for five seconds for one that is in none, and that one's stack is empty.
   */
  captureStackTrace(): Record<string, { readonly frames: readonly Frame[] }>
}

/** The package, from where pf or the app has it; undefined where it is not installed or has no binary for this Node. */
export function loadNativeStacks(): NativeStacks | undefined {
  const { platform, arch } = process
  const { modules } = process.versions
  // The package's own loader takes 40 ms to find out which binary it is.
  const names = ['glibc-', 'musl-', ''].map(
    (libc) => `${STACKS_PACKAGE}/lib/stack-trace-${platform}-${arch}-${libc}${modules}.node`
  )
  for (const from of [import.meta.url, join(process.cwd(), 'package.json')]) {
    const require = createRequire(from)
    for (const name of [...names, STACKS_PACKAGE]) {
      try {
        return require(name)
      } catch {
        // The next may be the one.
      }
    }
  }
  return undefined
}
