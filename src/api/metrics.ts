/**
 * Metrics in the text format of Prometheus (version 0.0.4), and who may read them.
 */
import { networkList } from '#base/network.ts'
import { Secret } from '#base/secret.ts'

type Labels = Readonly<Record<string, string>>
type Metric = {
  readonly kind: 'counter' | 'gauge'
  readonly about: string
  readonly values: Map<string, number>
}

/** Counters and gauges of this process. */
export class Metrics {
  readonly #metrics = new Map<string, Metric>()
  readonly #beforeReading: (() => void | Promise<void>)[] = []

  /** Declares a metric; the answer adds to one of its values. */
  counter(name: string, about: string): (labels?: Labels, by?: number) => void {
    const { values } = this.#declare(name, 'counter', about)
    return (labels = {}, by = 1) => {
      const key = written(labels)
      values.set(key, (values.get(key) ?? 0) + by)
    }
  }

  gauge(name: string, about: string): (value: number, labels?: Labels) => void {
    const { values } = this.#declare(name, 'gauge', about)
    return (value, labels = {}) => void values.set(written(labels), value)
  }

  /** Runs before each reading: for figures that are looked up then. */
  onRead(look: () => void | Promise<void>): void {
    this.#beforeReading.push(look)
  }

  async text(): Promise<string> {
    for (const look of this.#beforeReading) await look()
    const lines: string[] = []
    for (const [name, { kind, about, values }] of this.#metrics) {
      lines.push(`# HELP ${name} ${about}`, `# TYPE ${name} ${kind}`)
      for (const [labels, value] of values) lines.push(`${name}${labels} ${value}`)
    }
    return `${lines.join('\n')}\n`
  }

  #declare(name: string, kind: Metric['kind'], about: string): Metric {
    const metric: Metric = { kind, about, values: new Map() }
    this.#metrics.set(name, metric)
    return metric
  }
}

function written(labels: Labels): string {
  const entries = Object.entries(labels)
  if (entries.length === 0) return ''
  const escaped = (value: string): string =>
    value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
  return `{${entries.map(([name, value]) => `${name}="${escaped(value)}"`).join(',')}}`
}

/**
 * With a token only who sends it; without one only programs on this machine that come directly, as
 * a proxy in front would make everybody look local.
 */
export function mayReadMetrics(token: Secret | null, ip: string, headers: Headers): boolean {
  if (!token) return isLoopback(ip) && !headers.has('x-forwarded-for') && !headers.has('forwarded')
  const sent = new Secret(headers.get('authorization') ?? '')
  return sent.equals(new Secret(`Bearer ${token.reveal()}`))
}

const isLoopback = networkList(['127.0.0.0/8', '::1'])
