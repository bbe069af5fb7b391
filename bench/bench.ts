import type { Children } from './children.ts'
import type { Load } from './load.ts'
import type { Pinning } from './pinning.ts'

/** What a measurement needs beside its scenario. */
export interface Bench {
  readonly children: Children
  readonly pinning: Pinning
  readonly load: Load
  /** The Node that the servers run on: the path of the program. */
  readonly node: string
  readonly rounds: number
  readonly seconds: number
}
