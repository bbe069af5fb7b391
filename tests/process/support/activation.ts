import { createServer } from 'node:net'
import { onTestFinished } from 'vitest'
import { PF, type PfProcess, spawnPf } from '../../support/pf.ts'

export interface Activated {
  readonly pf: PfProcess
  /** The ports of the sockets that pf was passed. */
  readonly ports: readonly number[]
}

/** Starts pf as systemd does with sockets of these names: as a process that is told its own number. */
export async function activate(
  args: readonly string[],
  names: readonly string[],
  env: NodeJS.ProcessEnv = {}
): Promise<Activated> {
  const servers = await Promise.all(names.map(() => listening()))
  const fds = servers.map((server) => (server as unknown as { _handle: { fd: number } })._handle.fd)
  const pf = spawnPf(args, {
    ownBind: true,
    inherit: fds,
    command: ['sh', '-c', 'LISTEN_PID=$$ exec "$0" "$@"', process.execPath, PF],
    env: { ...env, LISTEN_FDS: String(names.length), LISTEN_FDNAMES: names.join(':') }
  })
  const ports = servers.map((server) => (server.address() as { port: number }).port)
  for (const server of servers) server.close()
  return { pf, ports }
}

function listening(): Promise<ReturnType<typeof createServer>> {
  const server = createServer()
  onTestFinished(() => void server.close())
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
}
