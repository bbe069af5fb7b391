import { execFile, execFileSync } from 'node:child_process'
import { connect } from 'node:net'

/** Puts load on a server for some seconds; resolves with the number of requests that were answered. */
export type Load = (port: number, seconds: number) => Promise<number>

const CONNECTIONS = 32

/** wrk where it is installed; a client of our own, which is slower and shares the machine's cores all the same, where not. */
export function chooseLoad(): { name: string; load: Load } {
  try {
    execFileSync('wrk', ['-v'], { stdio: 'ignore' })
  } catch (error) {
    // `wrk -v` prints its version and ends with 1.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return { name: 'the built-in client (slower than wrk, which is not installed)', load: ownClient }
    }
  }
  return { name: 'wrk', load: wrk }
}

function wrk(port: number, seconds: number): Promise<number> {
  const args = ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, `http://127.0.0.1:${port}/`]
  return new Promise((resolve, reject) => {
    execFile('wrk', args, (error, output) => {
      const requests = /(\d+) requests in/.exec(output)?.[1]
      const failure = /Socket errors.*|Non-2xx.*/.exec(output)?.[0]
      if (error !== null || requests === undefined || failure !== undefined)
        reject(error ?? new Error(failure ?? output))
      else resolve(Number(requests))
    })
  })
}

async function ownClient(port: number, seconds: number): Promise<number> {
  const end = performance.now() + seconds * 1000
  const counts = await Promise.all(Array.from({ length: CONNECTIONS }, () => askUntil(port, end)))
  return counts.reduce((sum, count) => sum + count, 0)
}

const REQUEST = 'GET / HTTP/1.1\r\nHost: bench\r\n\r\n'

/** Asks on one connection, again whenever the answer is there; every answer is small and comes in one piece. */
function askUntil(port: number, end: number): Promise<number> {
  return new Promise((resolve, reject) => {
    let count = 0
    const socket = connect(port, '127.0.0.1', () => socket.write(REQUEST))
    socket.on('error', reject)
    socket.on('data', () => {
      count += 1
      if (performance.now() < end) return void socket.write(REQUEST)
      socket.destroy()
      resolve(count)
    })
  })
}
