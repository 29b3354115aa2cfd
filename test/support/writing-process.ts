/**
 * A process that writes to a SQLite store without end, and says what was acknowledged.
 *
 *     node test/support/writing-process.ts FILE NAME
 *
 * Each change is one transaction: a row of the audit and a fact. `NAME n` is printed once change n is
 * committed; `refused CODE` when it is not, and then it tries again.
 */
import { writeSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { silentLog } from '#base/log.ts'
import { Problem } from '#base/problem.ts'
import { openStore } from '#store/store.ts'
import { auditEvent } from './rows.ts'
import { auditSeal } from './stores.ts'

const [file = '', name = ''] = process.argv.slice(2)
// Before the pipe, so that what was said was said even if the next thing is the end.
const say = (text: string): void => void writeSync(1, `${text}\n`)

await using store = await openStore({ kind: 'sqlite', file }, auditSeal(), silentLog)
for (let n = Number((await store.tables.meta.get(name)) ?? 0) + 1; ; n++) {
  try {
    await store.transaction(async (tables) => {
      await tables.audit.append(
        auditEvent({ client: `${name} ${n}`, details: { pad: 'x'.repeat(500) } }),
      )
      await tables.meta.set(name, `${n}`)
    })
    say(`${name} ${n}`)
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown
    n--
    const { cause } = thrown
    say(
      `refused ${thrown.code} ${cause instanceof Error && 'errcode' in cause ? String(cause.errcode) : ''}`,
    )
  }
  await setImmediate()
}
