/**
 * A certificate authority of a directory's own, and what it signs: made by openssl.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export type Issued = { readonly keyFile: string; readonly certFile: string }
export type DirectoryAuthority = {
  /** PEM: what an administrator pastes into the form. */
  readonly ca: string
  readonly caFile: string
  /** @param names host names, or addresses; `days` 0: it has ended */
  issue(names: readonly string[], days?: number): Issued
}

const run = (typed: readonly string[]): void =>
  void execFileSync('openssl', typed, { stdio: 'ignore' })
const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']

/** Its files are in `folder`, which whoever made it removes. */
export function directoryAuthority(folder: string, name = 'directory-ca'): DirectoryAuthority {
  const file = (of: string): string => join(folder, `${name}-${of}`)
  const [caKey, caFile] = [file('key.pem'), file('cert.pem')]
  const own = ['-days', '3650', '-subj', `/CN=${name}`, '-keyout', caKey, '-out', caFile]
  run(['req', '-x509', ...ec, ...own])
  let issued = 0
  return {
    ca: readFileSync(caFile, 'utf8'),
    caFile,
    issue: (names, days = 365) => {
      const of = `${++issued}`
      const [keyFile, request, certFile] = [file(`${of}.key`), file(`${of}.csr`), file(`${of}.pem`)]
      run(['req', ...ec, '-subj', `/CN=${names[0]}`, '-keyout', keyFile, '-out', request])
      const extensions = file(`${of}.ext`)
      const alternatives = names.map((one) => `${/^[\d.]+$/.test(one) ? 'IP' : 'DNS'}:${one}`)
      writeFileSync(extensions, `subjectAltName=${alternatives.join(',')}\n`)
      const by = ['-CA', caFile, '-CAkey', caKey, '-CAcreateserial', '-extfile', extensions]
      run(['x509', '-req', '-in', request, ...by, '-days', String(days), '-out', certFile])
      return { keyFile, certFile }
    },
  }
}
