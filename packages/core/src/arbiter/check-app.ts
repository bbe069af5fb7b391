import { PfError } from '../common/errors.ts'
import { identityOf } from '../common/identity.ts'
import type { Launch } from '../common/launch.ts'
import { workerEnv } from './worker-env.ts'
import { WorkerHandle } from './worker-handle.ts'

/** In seconds, whatever `gracefulTimeout` is: to let go of what the app holds. */
const LEAST_DRAIN = 1

/**
 * Boots one worker without sockets, to see whether the app loads, and sends it home. Rejects with the {@link PfError}
 * (`PF_APP`, `PF_BOOT`, `PF_CONFIG`) that a start would end with; what happens once the app is ready is no failure, and ended
 * after `gracefulTimeout`. `stop` ends it early.
 */
export async function checkApp(launch: Launch, stop?: AbortSignal): Promise<void> {
  const { config, workerClass, compileCache } = launch
  const { bootTimeout, gracefulTimeout } = config
  identityOf(config)
  let failure: PfError | undefined
  let crash: string | undefined
  let ready = false
  await new Promise<void>((resolve) => {
    const options = { fds: [], env: workerEnv(config), cwd: config.chdir }
    const kill = (): void => handle.kill('SIGKILL')
    let overdue = after(bootTimeout, () => {
      failure = new PfError('PF_BOOT', `the app was not ready within ${bootTimeout} s (see --boot-timeout)`)
      kill()
    })
    const handle = new WorkerHandle(options, {
      message: (message) => {
        if (message.type === 'boot-failed') failure = new PfError(message.code, message.text)
        if (message.type === 'crashed') crash = message.text
        if (message.type !== 'ready') return
        ready = true
        clearTimeout(overdue)
        overdue = after(gracefulTimeout && Math.max(gracefulTimeout, LEAST_DRAIN), kill)
        handle.send({ type: 'drain', stop: false, gracefulTimeout: gracefulTimeout * 1000 })
      },
      inspected: () => {},
      exit: ({ code, signal, error }) => {
        clearTimeout(overdue)
        stop?.removeEventListener('abort', kill)
        if (!ready)
          failure ??= new PfError(
            'PF_BOOT',
            crash ?? `the worker ended before it was ready (${error ?? signal ?? `exit code ${code}`})`
          )
        resolve()
      }
    })
    stop?.addEventListener('abort', kill)
    if (stop?.aborted) kill()
    const quiet = { ...config, logLevel: 'warning' as const, reload: false }
    const boot = { config: quiet, workerClass: workerClass.url, compileCache }
    handle.send({ type: 'boot', ...boot, place: 1, of: 1, listeners: [] })
  })
  if (failure !== undefined) throw failure
}

/** Does it after so many seconds; 0 for never. */
function after(seconds: number, action: () => void): NodeJS.Timeout | undefined {
  return seconds === 0 ? undefined : setTimeout(action, seconds * 1000)
}
