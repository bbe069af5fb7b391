import { setTimeout as sleep } from 'node:timers/promises'

/** How long each task takes, in milliseconds. */
const DURATION = Number(process.env['TASK_SECONDS'] ?? 2) * 1000

/** Waits, as for a database: the CPU is free meanwhile. */
async function ioTask(): Promise<void> {
  await sleep(DURATION)
}

/** Computes: the thread it runs on can do nothing else meanwhile. */
function cpuTask(): void {
  const end = performance.now() + DURATION
  while (performance.now() < end) Math.sqrt(Math.random())
}

export default {
  async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url)
    console.log(`${pathname} begins`)
    if (pathname === '/io_task') await ioTask()
    if (pathname === '/cpu_task') cpuTask()
    console.log(`${pathname} ends`)
    return new Response(`${pathname} done by process ${process.pid}\n`)
  }
}
