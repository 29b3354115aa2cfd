import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { setImmediate as breathe } from 'node:timers/promises'
import { startProduct } from '../support/product.ts'

describe('files that the operator put into the folder of the drive', () => {
  it('count after the next start', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'passerelle-usage-'))
    try {
      let cookies: Map<string, string>
      let id = ''
      {
        await using product = await startProduct({ dataDir })
        const ada = await product.administrator('ada')
        id = (await ada.call('GET /me')).user.id
        cookies = ada.cookies
      }
      const home = join(dataDir, 'drive', 'home', id, 'restored')
      mkdirSync(home, { recursive: true })
      writeFileSync(join(home, 'file'), Buffer.alloc(12_345))
      await using product = await startProduct({ dataDir })
      const ada = product.client()
      for (const [name, value] of cookies) ada.cookies.set(name, value)
      const used = async (): Promise<number> => (await ada.call('GET /me')).user.usedBytes
      while ((await used()) === 0) await breathe()
      assert.equal(await used(), 12_345)
    } finally {
      rmSync(dataDir, { recursive: true })
    }
  })
})
