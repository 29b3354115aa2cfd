/**
 * The tables of what is connected, and of the traffic of each hour.
 */

/** A process that serves; it is alive while it says so. */
export type NodeRow = {
  name: string
  version: string
  /** Words separated by spaces: which mail gateways are open there; `old_scanners` is one. */
  doors: string
  started_at: number
  seen_at: number
}

/** A connection that has lasted for a second or longer. Its node writes it, and takes it away. */
export type LiveConnectionRow = {
  id: string
  node: string
  user_id: string
  app_password_id: string
  account_id: string | null
  gateway: string
  ip: string
  client: string
  opened_at: number
  /** From the application; out: to it. A few seconds old. */
  bytes_in: number
  bytes_out: number
  /** 1: a person asked for its end; the node that holds it looks here. */
  closing: number
}

/** Summed over all nodes. */
export type GatewayHourRow = {
  /** When the hour began. */
  hour: number
  gateway: string
  sign_ins: number
  refusals: number
  connections: number
  bytes_in: number
  bytes_out: number
}
