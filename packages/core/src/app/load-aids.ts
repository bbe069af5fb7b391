import { enableCompileCache, flushCompileCache } from 'node:module'
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads'
import { reportLoadedFiles } from './loaded-files.ts'

/** What goes with loading the app, in every thread of a worker process that does it. */
export interface LoadAids {
  /** Tell which files are loaded. */
  readonly reportFiles: boolean
  /** Use and fill this folder of compiled modules. */
  readonly compileCache: string | undefined
}

const KEY = 'pf.load-aids'

/** Decides for this thread and those that it starts later. */
export function setLoadAids(aids: LoadAids): void {
  setEnvironmentData(KEY, { ...aids })
}

/** Does what has been decided, for this thread. Returns what to do when the app has loaded. */
export function applyLoadAids(): () => void {
  const { reportFiles, compileCache } = (getEnvironmentData(KEY) ?? {}) as Partial<LoadAids>
  if (reportFiles) reportLoadedFiles()
  if (compileCache === undefined) return () => {}
  enableCompileCache(compileCache)
  return flushCompileCache
}
