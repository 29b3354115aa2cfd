/**
 * A process that migrates a database and is killed before its nth statement, as by a power cut.
 *
 *     node test/support/migration-process.ts sqlite|postgres FILE|URL N
 *
 * N = 0: it is not killed. Says how many statements there were.
 */
import { StatementSync } from 'node:sqlite'
import pg from 'pg'
import { silentLog } from '#base/log.ts'
import { Secret } from '#base/secret.ts'
import { migrate } from '#store/migrations.ts'
import { openStore, type StoreAddress } from '#store/store.ts'
import { auditSeal } from './stores.ts'

const [kind, where = '', n] = process.argv.slice(2)
const address: StoreAddress =
  kind === 'sqlite' ? { kind: 'sqlite', file: where } : { kind: 'postgres', url: new Secret(where) }

let statements = 0
const count = (): void => {
  if (++statements === Number(n)) process.kill(process.pid, 'SIGKILL')
}

/** Calls `count` before what the prototype does. */
function counted(prototype: object, name: string): void {
  const methods = prototype as Record<string, (...given: unknown[]) => unknown>
  const original = methods[name]!
  methods[name] = function (...given) {
    count()
    return original.apply(this, given)
  }
}

await using store = await openStore(address, auditSeal(), silentLog)
counted(StatementSync.prototype, 'run')
counted(StatementSync.prototype, 'all')
counted(pg.Client.prototype, 'query')
await migrate(store.db)
console.log(statements)
