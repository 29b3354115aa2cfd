import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { browserName } from './browser-name.ts'

describe('The name of a browser', () => {
  it('is browser and system', () => {
    for (const [userAgent, name] of [
      [
        'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0',
        'Firefox · Windows',
      ],
      [
        'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15',
        'Safari · macOS',
      ],
      [
        'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36 Edg/142.0',
        'Edge · Windows',
      ],
      [
        'Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Mobile Safari/537.36',
        'Chrome · Android',
      ],
    ] as const)
      assert.equal(browserName(userAgent), name)
  })

  it('is what the program says where it is no browser', () => {
    assert.equal(browserName('rclone/v1.72.0'), 'rclone/v1.72.0')
    assert.equal(browserName(''), '')
  })
})
