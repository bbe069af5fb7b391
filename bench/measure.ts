import { setTimeout as wait } from 'node:timers/promises'
import { ask } from './ask.ts'
import type { Bench } from './bench.ts'
import type { Contender } from './contenders.ts'
import { LOAD_CONNECTIONS } from './load.ts'
import { cpuSecondsBetween, idleSeconds, type Memory } from './proc.ts'
import { OTHERS, type Row } from './results.ts'
import type { Scenario } from './scenarios.ts'
import { ServerProcess } from './server-process.ts'

/** Measures the contenders of a scenario, in turn within each round. */
export function measure(bench: Bench, scenario: Scenario): Promise<Row[]> {
  return scenario.measures === 'load' ? measureLoad(bench, scenario) : measureMemory(bench, scenario)
}

/** Requests per CPU-second. The servers run from the first round to the last. */
async function measureLoad(bench: Bench, scenario: Scenario): Promise<Row[]> {
  const rows = scenario.contenders.map(emptyRow)
  const starts = scenario.contenders.map((contender) => ServerProcess.start(bench, scenario, contender))
  try {
    const servers = await Promise.all(starts)
    for (const server of servers) {
      await server.openIdle(bench, scenario)
      await warmUp(bench, scenario, server)
    }
    for (let round = 0; round < bench.rounds; round++) {
      // Another one begins in each round, so that none always follows the same.
      for (const index of turns(servers.length, round)) {
        await measureOne(bench, scenario, servers[index] as ServerProcess, rows[index] as Row)
      }
    }
    for (const server of servers) await server.checkIdle()
  } finally {
    const started = await Promise.allSettled(starts)
    await Promise.all(started.map((one) => one.status === 'fulfilled' && one.value.stop()))
  }
  return rows
}

/** How long a server runs before what it does counts. */
const WARM_UP_CPU_SECONDS = 1.5
const WARM_UP_TIMES = 10

/** In CPU time, since on a busy machine a second of load may be little work, and little of the code compiled. */
async function warmUp(bench: Bench, scenario: Scenario, server: ServerProcess): Promise<void> {
  const before = server.cpuTimes()
  for (let time = 0; time < WARM_UP_TIMES; time++) {
    await loadServer(bench, scenario, server)
    if (cpuSecondsBetween(before, server.cpuTimes()) >= WARM_UP_CPU_SECONDS) return
  }
}

async function measureOne(bench: Bench, scenario: Scenario, server: ServerProcess, row: Row): Promise<void> {
  const core = bench.pinning.servers
  const before = {
    cpu: server.cpuTimes(),
    idle: core === undefined ? undefined : idleSeconds(core),
    ms: performance.now()
  }
  const { requests, perSecond, p99Ms } = await loadServer(bench, scenario, server)
  const cpuSeconds = cpuSecondsBetween(before.cpu, server.cpuTimes())
  row.values.push(requests / cpuSeconds)
  add(row, 'requests/s', perSecond)
  add(row, 'p99 ms', p99Ms)
  if (core === undefined || before.idle === undefined) return
  const seconds = (performance.now() - before.ms) / 1000
  const others = seconds - (idleSeconds(core) - before.idle) - cpuSeconds
  add(row, OTHERS, (100 * Math.max(0, others)) / seconds)
}

/** What a connection costs that idles after one answer: each round with servers of their own. */
async function measureMemory(bench: Bench, scenario: Scenario): Promise<Row[]> {
  const rows = scenario.contenders.map(emptyRow)
  for (let round = 0; round < bench.rounds; round++) {
    for (const index of turns(rows.length, round)) {
      const contender = scenario.contenders[index] as Contender
      const row = rows[index] as Row
      const server = await ServerProcess.start(bench, scenario, contender)
      try {
        const before = await settled(server, scenario)
        await server.openIdle(bench, scenario)
        const after = await settled(server, scenario)
        await server.checkIdle()
        row.values.push((after.rss - before.rss) / contender.idle)
        if (before.pss !== undefined && after.pss !== undefined) {
          add(row, 'bytes (PSS)', (after.pss - before.pss) / contender.idle)
        }
      } finally {
        await server.stop()
      }
    }
  }
  return rows
}

const SETTLE_TIMES = 3
const SETTLE_MS = 300

/** The memory once garbage has been collected. Between collections, what is freed late gets time to be. */
async function settled(server: ServerProcess, scenario: Scenario): Promise<Memory> {
  const request = scenario.request.replace('GET /', 'GET /settle')
  for (let time = 0; time < SETTLE_TIMES; time++) {
    await ask(server.port, request)
    await wait(SETTLE_MS)
  }
  return server.memory()
}

async function loadServer(
  { load, seconds }: Bench,
  { batch, name, request }: Scenario,
  server: ServerProcess
) {
  try {
    return await load.run({ port: server.port, seconds, connections: LOAD_CONNECTIONS, request, batch })
  } catch (error) {
    throw new Error(`${server.contender.name}, ${name}: ${(error as Error).message}`)
  }
}

function emptyRow({ name, baseline }: Contender): Row {
  return { contender: name, baseline, values: [], more: {} }
}

function add(row: Row, heading: string, value: number): void {
  row.more[heading] = [...(row.more[heading] ?? []), value]
}

/** The numbers from 0 to `count` - 1, beginning with another one in each round. */
function turns(count: number, round: number): number[] {
  return Array.from({ length: count }, (_, index) => (index + round) % count)
}
