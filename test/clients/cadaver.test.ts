import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'
import { startDrive } from '../support/drive.ts'
import { run, workFolder, writeNetrc } from '../support/program.ts'

describe('cadaver', () => {
  it('puts, gets, sets properties, locks, copies, moves and deletes', async () => {
    await using server = await startDrive()
    using work = workFolder()
    const ada = await server.person('ada')
    writeNetrc(work.path, ada.name, ada.password)
    writeFileSync(path.join(work.path, 'letter.txt'), 'Dear Ada')
    const input = `mkcol folder
cd folder
put letter.txt
propset letter.txt colour blue
propget letter.txt colour
lock letter.txt
discover letter.txt
put letter.txt
unlock letter.txt
copy letter.txt copy.txt
move copy.txt moved.txt
get moved.txt back.txt
ls
delete letter.txt
cd ..
rmcol folder
ls
quit
`
    const { output } = await run('cadaver', [`${server.url}/dav/Home/`], { home: work.path, input })
    assert.doesNotMatch(output, /failed/i)
    assert.match(output, /Value of colour is: blue/)
    assert.match(output, /Scope: exclusive +Type: write/)
    assert.match(output, /letter\.txt +8 .*\n +moved\.txt +8 /)
    assert.match(output, /Deleting collection `folder': succeeded/)
    assert.equal(readFileSync(path.join(work.path, 'back.txt'), 'utf8'), 'Dear Ada')
  })
})
