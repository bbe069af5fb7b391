import { createRequire } from 'node:module'

type Koffi = typeof import('koffi')

/** The C library of this process, and the last error of a call into it. */
export interface Libc {
  /** Binds a function by its prototype: `int close(int fd)`. */
  func<Call>(prototype: string): Call
  errno(): number
  readonly koffi: Koffi
}

/** Opens libc. The first call takes some 20 ms, later ones next to nothing. */
export function openLibc(): Libc {
  const koffi: Koffi = createRequire(import.meta.url)('koffi')
  const library = koffi.load(null)
  return {
    func: <Call>(prototype: string) => library.func(prototype) as unknown as Call,
    errno: () => koffi.errno(),
    koffi
  }
}
