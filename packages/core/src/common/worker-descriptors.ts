/**
 * What a worker process inherits by number, after the standard three and the channel for messages: the socket between the arbiter
 * and the worker's watchdog,
 */
export const WATCHDOG_FD = 4
/** the memory of its scoreboard, */
export const SCOREBOARD_FD = 5
/** memory for what Node reports of a fatal error, */
export const FATAL_REPORT_FD = 6
/** and listening sockets, from this one on. */
export const FIRST_LISTENER_FD = 7
