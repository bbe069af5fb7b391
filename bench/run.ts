/**
 * `pnpm bench [ROUNDS] [SECONDS]`: requests per CPU-second of every contender, measured in turn within each round, so that what
 * else the machine does falls on all of them alike. A saturated load generator hides nothing, since the CPU time of the server
 * processes is what counts.
 */
import { chooseLoad, type Load } from './load.ts'
import { CONTENDERS, ServerProcess } from './server-process.ts'

const FIRST_PORT = 8300
const BASELINE = 'node:http'

const rounds = Number(process.argv[2] ?? 5)
const seconds = Number(process.argv[3] ?? 3)
const { name, load } = chooseLoad()
console.log(`node ${process.version}, ${rounds} rounds of ${seconds} s each, load from ${name}\n`)

const servers = CONTENDERS.map((contender, index) => new ServerProcess(contender, FIRST_PORT + index))
try {
  print(await measure(servers, load))
} finally {
  await Promise.all(servers.map((server) => server.stop()))
}

async function measure(servers: ServerProcess[], load: Load): Promise<Map<string, number[]>> {
  const rates = new Map<string, number[]>(servers.map(({ contender }) => [contender.name, []]))
  for (const server of servers) {
    await server.ready()
    // Warms it up: what counts is a server that has run for a while.
    await load(server.port, seconds)
  }
  for (let round = 0; round < rounds; round++) {
    for (const server of servers) {
      const before = server.cpuSeconds()
      const requests = await load(server.port, seconds)
      rates.get(server.contender.name)?.push(requests / (server.cpuSeconds() - before))
    }
  }
  return rates
}

function print(rates: Map<string, number[]>): void {
  const baseline = rates.get(BASELINE) ?? []
  console.log(
    `| contender | requests per CPU-second, median | times ${BASELINE}, median of rounds |\n|---|---|---|`
  )
  for (const [contender, values] of rates) {
    const ratios = values.map((value, round) => value / (baseline[round] as number))
    console.log(`| ${contender} | ${Math.round(median(values))} | ${median(ratios).toFixed(2)} |`)
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
