/**
 * All that a new arbiter tells the one that has started it, over the IPC channel between them. Nothing goes the other way:
 * that the channel closes says that the old one has gone. Arbiters of other versions take part, so a word once used stays.
 */
export type KinMessage =
  /** An error that it has logged, or that it ends with. */
  | { readonly type: 'error'; readonly text: string }
  /** All its workers serve. `listeners`: the names of the sockets that it has. */
  | { readonly type: 'ready'; readonly listeners: readonly string[] }
  /** It has been told to stop, or has to. */
  | { readonly type: 'leaving' }
  /** It has been told to stop by a service manager, which means the server as a whole. */
  | { readonly type: 'stopping' }
