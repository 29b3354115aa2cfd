import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'
import { startDrive } from '../support/drive.ts'
import { run, workFolder, writeNetrc } from '../support/program.ts'

describe('curl', () => {
  it('uploads with 100-continue, resumes a download, and is told when it is nobody', async () => {
    await using server = await startDrive()
    using work = workFolder()
    const ada = await server.person('ada')
    writeNetrc(work.path, ada.name, ada.password)
    const body = Buffer.alloc(3_000_000, 'curl and passerelle ')
    writeFileSync(path.join(work.path, 'large.bin'), body)
    const curl = async (...args: string[]): Promise<string> =>
      (await run('curl', ['-sS', '-w', '%{http_code}', ...args], { home: work.path })).output
    const url = `${server.url}/dav/Home/large.bin`
    assert.equal(await curl('-n', '-T', 'large.bin', url), '201')
    assert.equal(await curl('-n', '-T', 'large.bin', '-H', 'Expect: 100-continue', url), '204')
    assert.equal(
      await curl('-n', '-T', 'large.bin', '-H', 'Transfer-Encoding: chunked', url),
      '204',
    )
    assert.equal(await curl('-n', '-r', '0-999999', '-o', 'part.bin', url), '206')
    assert.equal(await curl('-n', '-C', '1000000', '-o', 'rest.bin', url), '206')
    const whole = Buffer.concat(
      ['part.bin', 'rest.bin'].map((name) => readFileSync(path.join(work.path, name))),
    )
    const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
    assert.equal(digest(whole), digest(body))
    assert.equal(await curl('-T', 'large.bin', `${server.url}/dav/Home/other.bin`), '401')
    assert.equal(await curl('-n', '-X', 'DELETE', url), '204')
  })
})
