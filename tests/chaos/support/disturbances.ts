import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '../../fuzz/random.ts'
import type { ChaosPf, LogEntry } from './chaos-pf.ts'
import type { Breakage, Site } from './site.ts'
import type { StrictLoad } from './strict-load.ts'

/** What a disturbance works on. */
export interface Scene {
  readonly pf: ChaosPf
  readonly site: Site
  readonly load: StrictLoad
  readonly random: Random
  readonly port: number
  /** How releases may be broken. */
  readonly breakages: readonly Breakage[]
  /** Requests of the driver itself that a worker has taken with it. */
  sacrificed: number
  note(what: string): void
}

export type Disturb = (scene: Scene) => Promise<void>

const RELOAD_OVER = /^(?:Reloaded: generation \d+ has taken over|Reload failed)/

async function reload({ pf, random, note }: Scene): Promise<void> {
  const from = pf.log.length
  const times = random.oneIn(5) ? 2 : 1
  note(`HUP${times > 1 ? ', twice' : ''}`)
  for (let time = 0; time < times; time++) pf.signal('SIGHUP')
  const { message } = await pf.untilLog(RELOAD_OVER, from)
  if (message.startsWith('Reload failed')) throw new Error(`a good release was refused: ${message}`)
}

async function breakRelease({ pf, site, random, breakages, note }: Scene): Promise<void> {
  const from = pf.log.length
  const how = random.pick(breakages)
  const before = pf.serving
  note(`broken release (${how}), HUP`)
  site.damage(how)
  pf.signal('SIGHUP')
  const { message } = await pf.untilLog(RELOAD_OVER, from)
  site.mend()
  if (!message.startsWith('Reload failed')) throw new Error(`a broken release was taken: ${message}`)
  const replaced = before.filter((pid) => pf.deaths.some(({ worker }) => worker === pid))
  if (replaced.length > 0)
    throw new Error(`a broken release has cost workers that served: ${replaced.join(' ')}`)
}

async function kill({ pf, random, note }: Scene): Promise<void> {
  // Now and then all at once.
  const victims = random.oneIn(10) ? pf.living : [random.pick(pf.serving)]
  note(`KILL of ${victims.join(' ')}`)
  for (const pid of victims) pf.signal('SIGKILL', pid)
  await pf.until('exit lines', () => victims.every((pid) => !pf.living.includes(pid)))
}

async function scale({ pf, random, note }: Scene): Promise<void> {
  const count = 1 + random.below(2)
  note(`TTIN and TTOU, ${count} times`)
  for (let index = 0; index < count; index++) await heard(pf, 'SIGTTIN')
  if (random.oneIn(2)) await sleep(random.below(300))
  for (let index = 0; index < count; index++) await heard(pf, 'SIGTTOU')
}

/** Sends a signal and waits until it has been heard: of equal ones at once, the kernel delivers one. */
async function heard(pf: ChaosPf, signal: NodeJS.Signals): Promise<void> {
  const from = pf.log.length
  pf.signal(signal)
  await pf.untilLog(new RegExp(`^Handling signal: ${signal.slice(3).toLowerCase()}`), from)
}

async function recycle({ pf, random, note }: Scene): Promise<void> {
  const victim = random.pick(pf.serving)
  note(`TERM to worker ${victim}`)
  pf.signal('SIGTERM', victim)
  await pf.until(`the end of ${victim}`, () => !pf.living.includes(victim))
}

async function pause({ pf, random, note }: Scene): Promise<void> {
  const victims = [pf.arbiter, ...pf.serving].filter(() => random.oneIn(2))
  const duration = random.below(500)
  note(`STOP of ${victims.join(' ')}, CONT after ${duration} ms`)
  for (const pid of victims) pf.signal('SIGSTOP', pid)
  await sleep(duration)
  for (const pid of victims) pf.signal('SIGCONT', pid)
}

/** Two things at once that the arbiter has to do one after another. */
async function storm({ pf, random, note }: Scene): Promise<void> {
  const from = pf.log.length
  const victim = random.pick(pf.serving)
  note(`HUP, TTIN, KILL of ${victim}, TTOU and USR1 at once`)
  pf.signal('SIGHUP')
  pf.signal('SIGTTIN')
  pf.signal('SIGKILL', victim)
  pf.signal('SIGTTOU')
  pf.signal('SIGUSR1')
  await pf.untilLog(RELOAD_OVER, from)
  // Which came first decides how many there are now; both have been heard.
  await pf.untilLog(/^Handling signal: ttou/, from)
}

async function hang(scene: Scene): Promise<void> {
  const { pf, port, note } = scene
  const deaths = pf.deaths.length
  note('a handler that never returns')
  const socket = connect({ port }).on('error', () => {})
  socket.write('GET /hang HTTP/1.1\r\nHost: chaos\r\n\r\n')
  scene.sacrificed += 1
  await pf.until('the end of a stuck worker', () => pf.deaths.length > deaths)
  socket.destroy()
}

async function grow({ pf, port, note }: Scene): Promise<void> {
  const pid = await askToGrow(port)
  note(`a handler that keeps 400 MiB, in ${pid}`)
  await pf.until(`the end of ${pid}`, () => !pf.living.includes(pid))
}

/** Resolves with the pid of the worker that has grown. */
async function askToGrow(port: number): Promise<number> {
  const socket = connect({ port }).setEncoding('latin1')
  socket.write('GET /grow HTTP/1.1\r\nHost: chaos\r\nConnection: close\r\n\r\n')
  let text = ''
  for await (const part of socket) text += part
  const pid = Number(/\r\n\r\n(\d+) /.exec(text)?.[1])
  if (!(pid > 0)) throw new Error(`a request to grow was not answered: ${JSON.stringify(text)}`)
  return pid
}

async function fillDisk({ pf, site, load, note }: Scene): Promise<void> {
  const from = pf.log.length
  note(`full disk for the access log (${site.disk})`)
  site.fillDisk()
  if (site.disk === '/dev/full') pf.signal('SIGUSR1')
  await load.progress(100)
  site.rotateLogs()
  note('room on the disk again, USR1')
  pf.signal('SIGUSR1')
  await pf.untilLog(/^Handling signal: usr1/, from)
}

async function upgrade({ pf, note }: Scene): Promise<void> {
  const from = pf.log.length
  const old = pf.arbiter
  note('USR2')
  pf.signal('SIGUSR2')
  const { message } = await pf.untilLog(/^New arbiter .* is ready: handing over|^No upgrade:|goes on/, from)
  if (!message.includes('handing over')) throw new Error(`the upgrade has failed: ${message}`)
  const promoted = ({ pid, message }: LogEntry) =>
    pid === pf.arbiter && message === 'Arbiter has been promoted'
  await pf.until(`the end of arbiter ${old}`, () => pf.log.slice(from).some(promoted))
}

async function rest({ pf, random, note }: Scene): Promise<void> {
  const from = pf.log.length
  note('WINCH, then HUP')
  pf.signal('SIGWINCH')
  await pf.untilLog(/^Handling signal: winch/, from)
  await sleep(random.below(200))
  pf.signal('SIGHUP')
  await pf.untilLog(RELOAD_OVER, from)
}

export const DISTURBANCES = {
  reloads: reload,
  broken: breakRelease,
  kills: kill,
  scales: scale,
  recycles: recycle,
  pauses: pause,
  storms: storm,
  hangs: hang,
  grows: grow,
  disks: fillDisk,
  upgrades: upgrade,
  rests: rest
} satisfies Record<string, Disturb>

export type Kind = keyof typeof DISTURBANCES
