import type { BindAddress } from './bind-address.ts'

/** The variables by which systemd speaks to one process, and that which says to which one. */
const FOR_ONE_PROCESS: Readonly<Record<string, readonly string[]>> = {
  LISTEN_PID: ['LISTEN_FDS', 'LISTEN_FDNAMES', 'LISTEN_PIDFDID'],
  WATCHDOG_PID: ['WATCHDOG_USEC']
}

type Env = Readonly<Record<string, string | undefined>>

/**
 * `env` without what systemd has said to another process than `pid`: a shell or `npx` between the two passes it on. What was
 * meant for `pid` no longer says so, and holds for the processes too that stand in for it, as a new arbiter does.
 */
export function claimService(env: Env, pid: number): Env {
  const claimed: Record<string, string | undefined> = { ...env }
  for (const [whose, names] of Object.entries(FOR_ONE_PROCESS)) {
    const meant = claimed[whose]
    delete claimed[whose]
    if (meant !== undefined && meant !== String(pid)) for (const name of names) delete claimed[name]
  }
  return claimed
}

/** A socket that systemd has opened for this process: socket activation, `sd_listen_fds(3)`. */
export interface PassedSocket {
  readonly fd: number
  /** `FileDescriptorName=` of the socket unit, which is the name of the unit by default. */
  readonly name: string
}

const FIRST_PASSED_FD = 3

/** The sockets that systemd passes. `env` is that of {@link claimService}. */
export function passedSockets({ LISTEN_FDS: count = '', LISTEN_FDNAMES: names = '' }: Env): PassedSocket[] {
  if (!/^\d{1,4}$/.test(count)) return []
  const each = names.split(':')
  return Array.from({ length: Number(count) }, (_, index) => ({
    fd: FIRST_PASSED_FD + index,
    name: each[index] || 'unknown'
  }))
}

/** A line for the log on passed sockets that `bind` leaves out; undefined when there are none. */
export function unusedSockets(
  bind: readonly BindAddress[],
  passed: readonly PassedSocket[]
): string | undefined {
  const used = new Set(bind.map((address) => (address.kind === 'fd' ? address.fd : undefined)))
  const unused = passed.filter(({ fd }) => !used.has(fd)).map(({ fd, name }) => `fd://${fd} (${name})`)
  return unused.length === 0 ? undefined : `Passed, and named by no bind: ${unused.join(', ')}`
}
