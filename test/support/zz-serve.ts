import { startDrive } from './drive.ts'
import { writeFileSync } from 'node:fs'
const s = await startDrive()
const ada = await s.person('ada')
const bob = await s.person('bob', 10_000_000)
await s.folder('Team', [
  [ada, 'write'],
  [bob, 'read'],
])
writeFileSync(
  '/tmp/serve.json',
  JSON.stringify({ url: s.url, dir: s.dir, ada, bob, pid: process.pid }),
)
process.on('SIGTERM', async () => {
  await s[Symbol.asyncDispose]()
  process.exit(0)
})
setInterval(() => {
  for (const l of s.log.splice(0)) if (!l.includes('"debug"')) process.stdout.write(l)
}, 200)
