/**
 * The drive in a process of its own, to be killed: prints its port, then waits.
 */
import { systemClock, systemEntropy } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import { Drive } from '#drive/drive.ts'
import { HttpListener } from '#gateways/http/listener.ts'
import { LiveConnections } from '#gateways/live.ts'
import { webdavRoutes } from '#gateways/webdav/handler.ts'
import { openTestStore } from './stores.ts'

/** Everybody is this person: what is tested is what a killed process leaves on the disk. */
const userId = process.argv[3] ?? ''
const store = await openTestStore('sqlite')
const drive = new Drive({
  dir: process.argv[2] ?? '',
  tables: store.tables,
  transaction: (act) => store.transaction(act),
  quotaOf: () => Promise.resolve(null),
  clock: systemClock,
  entropy: systemEntropy,
  log: silentLog,
})
const listener = await HttpListener.open({
  host: '127.0.0.1',
  port: 0,
  routes: webdavRoutes({
    admit: () =>
      Promise.resolve({
        ok: true,
        userId,
        userName: 'ada',
        appPasswordId: '1',
        appPasswordName: '1',
        mailAccountId: null,
      }),
    drive,
    live: new LiveConnections({ dead: () => Promise.resolve([]), log: silentLog }),
    log: silentLog,
    clock: systemClock,
    publicHost: 'drive.example',
  }),
  isTrustedProxy: () => false,
  log: silentLog,
})
process.stdout.write(`${listener.port}\n`)
