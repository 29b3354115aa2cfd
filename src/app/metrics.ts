/**
 * The metrics that this process has, whatever it serves.
 */
import { SECOND } from '#base/clock.ts'
import { Metrics } from '#api/metrics.ts'
import { ACCOUNT_STATES } from '#domain/mail-account.ts'
import type { Ground } from '../ground.ts'
import { VERSION } from '../version.ts'

export function standardMetrics({ store }: Pick<Ground, 'store'>): Metrics {
  const metrics = new Metrics()
  const info = metrics.gauge('passerelle_info', 'Always 1; the labels say which version runs.')
  info(1, { version: VERSION, node: process.versions.node, database: store.kind })
  const memory = metrics.gauge('process_resident_memory_bytes', 'Resident memory size in bytes.')
  const cpu = metrics.gauge('process_cpu_seconds_total', 'User and system CPU time in seconds.')
  const started = metrics.gauge('process_start_time_seconds', 'Start time since 1970 in seconds.')
  started(Math.round((Date.now() - process.uptime() * SECOND) / SECOND))
  const accounts = metrics.gauge('passerelle_mail_accounts', 'Mail accounts by state.')
  metrics.onRead(async () => {
    // Without the database the other figures are still worth something.
    const states = await store.tables.mailAccounts.states().catch(() => null)
    if (!states) return
    for (const state of ACCOUNT_STATES)
      accounts(states.find((one) => one.state === state)?.accounts ?? 0, { state })
  })
  metrics.onRead(() => {
    memory(process.memoryUsage.rss())
    const { user, system } = process.cpuUsage()
    cpu((user + system) / 1e6)
  })
  return metrics
}
