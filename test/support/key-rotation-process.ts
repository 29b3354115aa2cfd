/**
 * A change of the master key in a process of its own, that is killed at one of the values that it
 * seals. Says `done` at the end.
 *
 * Arguments: the store's address as JSON (a PostgreSQL's URL in the clear), the key file's text, and
 * the number of the value.
 */
import { systemClock, systemEntropy } from '#base/clock.ts'
import { idsFrom } from '#base/id.ts'
import { silentLog } from '#base/log.ts'
import { Secret } from '#base/secret.ts'
import { resealAll, useKey } from '#changes/key-rotation.ts'
import { openStore, type StoreAddress } from '#store/store.ts'
import { parseKeyFile } from '#vault/keyring.ts'
import { Sealer } from '#vault/seal.ts'
import { auditSeal } from './stores.ts'

const [, , where = '', keys = '', killAt = ''] = process.argv
const given = JSON.parse(where) as
  | { kind: 'sqlite'; file: string }
  | { kind: 'postgres'; url: string }
const address: StoreAddress =
  given.kind === 'sqlite' ? given : { kind: 'postgres', url: new Secret(given.url) }
const keyring = parseKeyFile(keys)
const sealer = new Sealer(keyring, systemEntropy)
await using store = await openStore(address, auditSeal(), silentLog)
let sealed = 0
const needs = {
  store,
  clock: systemClock,
  newId: idsFrom(systemClock, systemEntropy),
  keyring,
  sealer: {
    open: sealer.open.bind(sealer),
    seal: (...what: Parameters<Sealer['seal']>) => {
      if (++sealed === Number(killAt)) process.kill(process.pid, 'SIGKILL')
      return sealer.seal(...what)
    },
  },
}
const operator = {
  actor: { kind: 'operator', id: null, name: 'test' },
  role: 'operator',
  ip: null,
  client: null,
  sessionId: null,
} as const
await useKey(needs, operator, keyring.ids.at(-1) ?? '')
await resealAll(needs)
process.stdout.write('done\n')
