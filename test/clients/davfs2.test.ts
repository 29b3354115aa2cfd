import assert from 'node:assert/strict'
import { closeSync, existsSync, openSync } from 'node:fs'
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, it } from 'node:test'
import { startDrive } from '../support/drive.ts'
import { run, workFolder } from '../support/program.ts'

/** Mounting needs the device, and the right to use it. */
function canMount(): boolean {
  if (process.getuid?.() !== 0 || !existsSync('/dev/fuse')) return false
  try {
    closeSync(openSync('/dev/fuse', 'r+'))
    return true
  } catch {
    return false
  }
}

describe('davfs2', () => {
  // Without buf_size 64 davfs2 up to 1.7.1 lists no folder on Linux 6.16 and newer, whatever the server.
  it('mounts Home where FUSE exists; files are listed, written, read, renamed and removed', async (t) => {
    if (!canMount()) return t.diagnostic('There is no FUSE that this process may use.')
    await using server = await startDrive()
    using work = workFolder()
    const ada = await server.person('ada')
    const folder = path.join(work.path, 'mnt')
    await mkdir(folder)
    const config = path.join(work.path, 'davfs2.conf')
    await writeFile(config, 'delay_upload 0\nbuf_size 64\n')
    const mounted = await run(
      'mount.davfs',
      ['-o', `conf=${config},uid=0`, `${server.url}/dav/Home/`, folder],
      { home: work.path, input: `${ada.name}\n${ada.password}\n` },
    )
    assert.equal(mounted.code, 0, mounted.output)
    try {
      const at = (...names: string[]): string => path.join(folder, ...names)
      await writeFile(at('note.txt'), 'a note')
      await mkdir(at('folder é'))
      await rename(at('note.txt'), at('folder é', 'renamed.txt'))
      assert.equal(await readFile(at('folder é', 'renamed.txt'), 'utf8'), 'a note')
      await writeFile(at('gone.txt'), 'x')
      await rm(at('gone.txt'))
      assert.deepEqual(await readdir(at('folder é')), ['renamed.txt'])
      assert.equal((await stat(at('folder é', 'renamed.txt'))).size, 6)
    } finally {
      const { code, output } = await run('umount', [folder], { home: work.path })
      assert.equal(code, 0, output)
    }
    assert.equal(await readFile(server.home(ada, 'folder é', 'renamed.txt'), 'utf8'), 'a note')
    assert.equal(existsSync(server.home(ada, 'gone.txt')), false)
    assert.equal(existsSync(server.home(ada, 'note.txt')), false)
  })
})
