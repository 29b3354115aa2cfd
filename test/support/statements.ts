/**
 * How many statements a piece of work sends to a database: counted at the drivers themselves, on
 * every connection of this process. What begins and ends a transaction is not counted.
 */
import { StatementSync } from 'node:sqlite'
import pg from 'pg'

const AROUND = /^\s*(begin|commit|rollback|start transaction)/i

/** Nothing else may ask the database meanwhile. */
export async function statementsOf(run: () => Promise<unknown>): Promise<string[]> {
  const sent: string[] = []
  const note = (text: unknown): void => {
    if (typeof text === 'string' && !AROUND.test(text)) sent.push(text)
  }
  using counted = new DisposableStack()
  counted.use(
    around(StatementSync.prototype, ['all', 'run', 'get', 'iterate'], (statement) =>
      note((statement as StatementSync).sourceSQL),
    ),
  )
  counted.use(
    around(pg.Client.prototype, ['query'], (_client, [asked]) =>
      note(typeof asked === 'string' ? asked : (asked as { text?: string }).text),
    ),
  )
  await run()
  return sent
}

function around(
  prototype: object,
  names: readonly string[],
  note: (self: unknown, given: unknown[]) => void,
): Disposable {
  const methods = prototype as Record<string, (...given: unknown[]) => unknown>
  const before = names.map((name) => [name, methods[name]!] as const)
  for (const [name, method] of before)
    methods[name] = function (this: unknown, ...given) {
      note(this, given)
      return method.apply(this, given)
    }
  return { [Symbol.dispose]: () => before.forEach(([name, method]) => (methods[name] = method)) }
}
