/** What a connection bears with: bytes that it keeps or passes over, and how long it waits. */

/** Bytes of later requests that are taken in while one is being answered. */
export const READ_AHEAD = 64 * 1024

/** Bytes of content that nobody read and that are passed over to keep a connection; beyond them it is closed. */
export const DISCARD_BYTES = 64 * 1024

/** When the answer is out: how long the rest of the content may take to arrive, or to be read on by the app. */
export const REST_MS = 5000

/** After the last answer, how long a client may go on sending before it finds the connection reset (RFC 9112 section 9.6). */
export const LINGER_MS = 2000

/**
 * A client that has closed its sending half may wait for its answer, or may have gone: only sending to it would tell. How
 * long it may take nothing until it counts as gone.
 */
export const HALF_CLOSED_MS = 1000
