import { type FSWatcher, statSync, watch } from 'node:fs'
import { dirname, join } from 'node:path'

export interface FolderEvents {
  /** Something has happened to the entry `path`; `rename` when it has come or gone. */
  changed(path: string, type: 'rename' | 'change'): void
  failed(folder: string, error: Error): void
}

interface Watch {
  readonly watcher: FSWatcher
  readonly inode: number
}

/** Watches folders: not files, since editors put another file in the place of the one that is edited. */
export class FolderWatches {
  readonly #events: FolderEvents
  readonly #watches = new Map<string, Watch>()

  constructor(events: FolderEvents) {
    this.#events = events
  }

  /** Watches these folders from now on, and no others. For one that is not there, the nearest above it that is. */
  set(folders: Iterable<string>): void {
    const wanted = new Map([...folders].map(nearest))
    for (const [folder, { inode }] of this.#watches) if (wanted.get(folder) !== inode) this.#close(folder)
    for (const [folder, inode] of wanted) if (!this.#watches.has(folder)) this.#open(folder, inode)
  }

  close(): void {
    for (const folder of [...this.#watches.keys()]) this.#close(folder)
  }

  #open(folder: string, inode: number): void {
    try {
      const watcher = watch(folder, { persistent: false }, (type, name) =>
        this.#events.changed(name === null ? folder : join(folder, name), name === null ? 'rename' : type)
      )
      watcher.on('error', (error) => this.#fail(folder, error))
      this.#watches.set(folder, { watcher, inode })
    } catch (error) {
      this.#events.failed(folder, error as Error)
    }
  }

  #fail(folder: string, error: Error): void {
    this.#close(folder)
    this.#events.failed(folder, error)
  }

  #close(folder: string): void {
    this.#watches.get(folder)?.watcher.close()
    this.#watches.delete(folder)
  }
}

/** The folder itself if it is there, with its inode; a folder of the same name made anew has another. */
function nearest(folder: string): [string, number] {
  const stat = statSync(folder, { throwIfNoEntry: false })
  if (stat?.isDirectory() || dirname(folder) === folder) return [folder, stat?.ino ?? 0]
  return nearest(dirname(folder))
}
