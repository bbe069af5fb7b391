import { PfError } from '../common/errors.ts'
import { identityOf } from '../common/identity.ts'
import type { Launch } from '../common/launch.ts'
import { workerEnv } from './worker-env.ts'
import { WorkerHandle } from './worker-handle.ts'

/**
 * Boots one worker without sockets, to see whether the app loads, and sends it home. Rejects with the {@link PfError}
 * (`PF_APP`, `PF_BOOT`, `PF_CONFIG`) that a start would end with. `stop` ends it early.
 */
export async function checkApp(launch: Launch, stop?: AbortSignal): Promise<void> {
  const { config, workerClass, compileCache } = launch
  identityOf(config)
  let failure: PfError | undefined
  let ready = false
  await new Promise<void>((resolve) => {
    const options = { fds: [], env: workerEnv(config), cwd: config.chdir }
    const overdue = setTimeout(
      () => {
        failure = new PfError(
          'PF_BOOT',
          `the app was not ready within ${config.bootTimeout} s (see --boot-timeout)`
        )
        handle.kill('SIGKILL')
      },
      config.bootTimeout === 0 ? 2 ** 31 - 1 : config.bootTimeout * 1000
    )
    const handle = new WorkerHandle(options, {
      message: (message) => {
        if (message.type === 'boot-failed') failure = new PfError(message.code, message.text)
        if (message.type !== 'ready') return
        ready = true
        handle.send({ type: 'drain', stop: false })
      },
      inspected: () => {},
      exit: ({ code, signal, error }) => {
        clearTimeout(overdue)
        stop?.removeEventListener('abort', kill)
        if (!ready)
          failure ??= new PfError(
            'PF_BOOT',
            `the worker ended before it was ready (${error ?? signal ?? `exit code ${code}`})`
          )
        resolve()
      }
    })
    const kill = (): void => handle.kill('SIGKILL')
    stop?.addEventListener('abort', kill)
    if (stop?.aborted) kill()
    const quiet = { ...config, logLevel: 'warning' as const, reload: false }
    const boot = { config: quiet, workerClass: workerClass.url, compileCache }
    handle.send({ type: 'boot', ...boot, place: 1, of: 1, listeners: [] })
  })
  if (failure !== undefined) throw failure
}
