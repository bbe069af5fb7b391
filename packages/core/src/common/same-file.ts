import { fstatSync, statSync } from 'node:fs'

/** Whether `path` leads to the file that is open as `fd`. Not if there is no such path. */
export function isSameFile(fd: number, path: string): boolean {
  const [held, found] = [fstatSync(fd), statSync(path, { throwIfNoEntry: false })]
  return held.ino === found?.ino && held.dev === found.dev
}
