import { setTimeout as sleep } from 'node:timers/promises'

/** How long each task takes, in seconds. */
const SECONDS = Number(process.env['TASK_SECONDS'] ?? 2)

/** Waits, as for a database: the CPU is free meanwhile. */
async function ioTask(): Promise<void> {
  await sleep(SECONDS * 1000)
}

/** Computes: the thread it runs on can do nothing else meanwhile. */
function cpuTask(): void {
  const end = performance.now() + SECONDS * 1000
  while (performance.now() < end) Math.sqrt(Math.random())
}

export default {
  async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url)
    if (pathname === '/io_task') await ioTask()
    else if (pathname === '/cpu_task') cpuTask()
    else if (pathname !== '/') return new Response('Not found\n', { status: 404 })
    return new Response(`${pathname} done by process ${process.pid}\n`)
  }
}
