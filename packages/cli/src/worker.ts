import type { WorkerControl } from '@pf/core'

export type { WorkerControl }

/** The worker that runs this code; outside of pf its methods do nothing. */
export const worker: WorkerControl = {
  extendDeadline(seconds) {
    const control = Reflect.get(globalThis, Symbol.for('pf.worker')) as WorkerControl | undefined
    return control?.extendDeadline(seconds) ?? { [Symbol.dispose]() {} }
  }
}
