import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readConfig } from '../config.ts'
import { workFolder } from '../../test/support/program.ts'

const FILES = { TLS_CERT_FILE: '/etc/tls/cert.pem', TLS_KEY_FILE: '/etc/tls/key.pem' }
const HTTPS = { URL: 'https://files.example.org', TRUSTED_PROXIES: '127.0.0.1' }

function read(settings: Record<string, string>): ReturnType<typeof readConfig> {
  using work = workFolder()
  const given = Object.entries({ DATA_DIR: work.path, ...settings })
  return readConfig(Object.fromEntries(given.map(([name, text]) => [`PASSERELLE_${name}`, text])))
}

/** One line for each mistake. */
function mistakes(settings: Record<string, string>): string[] {
  try {
    read(settings)
  } catch (thrown) {
    return (thrown as Error).message.split('\n').slice(1)
  }
  return []
}

describe('the settings of the mail gateways', () => {
  it('are read', () => {
    const { mailGateways, tls, listenTls } = read({
      ...HTTPS,
      LISTEN_TLS: 'off',
      TLS_CERT_FILE: '/etc/tls/a.pem, /etc/tls/b.pem',
      TLS_KEY_FILE: '/etc/tls/a.key,/etc/tls/b.key',
      IMAPS_LISTEN: '[::]:993',
      SUBMISSION_LISTEN: '127.0.0.1:587',
      MAIL_HOST: 'Mail.Example.org',
      MAIL_PORTS: 'submission = 2587',
      PROXY_PROTOCOL_NETWORKS: '10.0.0.5, fd00::/64',
      OLD_SMTP_LISTEN: '10.0.0.9:2525',
      OLD_SMTP_NETWORKS: '10.3.0.0/24',
      OLD_SMTP_TLS: '1.0',
    })
    assert.equal(listenTls, false)
    assert.deepEqual(tls, [
      { certFile: '/etc/tls/a.pem', keyFile: '/etc/tls/a.key' },
      { certFile: '/etc/tls/b.pem', keyFile: '/etc/tls/b.key' },
    ])
    assert.deepEqual(mailGateways, {
      host: 'mail.example.org',
      listeners: [
        {
          name: 'imaps',
          protocol: 'imap',
          security: 'tls',
          host: '::',
          port: 993,
          publicPort: 993,
        },
        {
          name: 'submission',
          protocol: 'smtp',
          security: 'starttls',
          host: '127.0.0.1',
          port: 587,
          publicPort: 2587,
        },
      ],
      oldSmtp: { host: '10.0.0.9', port: 2525, networks: ['10.3.0.0/24'], tls: '1.0' },
      proxies: ['10.0.0.5', 'fd00::/64'],
    })
  })

  it('take the name from the public address, and no TLS for old devices', () => {
    const { mailGateways } = read({
      ...HTTPS,
      OLD_SMTP_LISTEN: '10.0.0.9:2525',
      OLD_SMTP_NETWORKS: '10.3.0.0/24',
    })
    assert.equal(mailGateways.host, 'files.example.org')
    assert.equal(mailGateways.oldSmtp?.tls, 'off')
  })

  it('let HTTP speak TLS where certificates are named', () => {
    assert.equal(read({ ...FILES, URL: 'https://x.example.org' }).listenTls, true)
    assert.equal(read(HTTPS).listenTls, false)
  })

  for (const [what, settings, pattern] of [
    ['TLS without a certificate', { POP3S_LISTEN: '127.0.0.1:995' }, /POP3S_LISTEN speaks TLS/],
    ['passwords in the clear', { IMAP_LISTEN: '0.0.0.0:143' }, /IMAP_LISTEN is open beyond/],
    [
      'certificates without as many keys',
      { ...FILES, TLS_CERT_FILE: '/a,/b', URL: 'https://x.example.org' },
      /not as many files/,
    ],
    [
      'HTTP in the clear beyond this machine',
      { ...FILES, LISTEN_TLS: 'off', LISTEN: '0.0.0.0:8080' },
      /LISTEN is open beyond/,
    ],
    ['old devices from anywhere', { OLD_SMTP_LISTEN: '0.0.0.0:25' }, /needs .*OLD_SMTP_NETWORKS/],
    [
      'old devices from everywhere',
      { OLD_SMTP_LISTEN: '0.0.0.0:25', OLD_SMTP_NETWORKS: '0.0.0.0/0' },
      /would open it to everybody/,
    ],
    ['networks of no old devices', { OLD_SMTP_NETWORKS: '10.0.0.0/8' }, /needs .*OLD_SMTP_LISTEN/],
    [
      'old TLS without a certificate',
      { OLD_SMTP_LISTEN: '0.0.0.0:25', OLD_SMTP_NETWORKS: '10.0.0.0/8', OLD_SMTP_TLS: '1.0' },
      /OLD_SMTP_TLS is 1\.0 and needs/,
    ],
    ['an unknown TLS', { OLD_SMTP_TLS: '1.1' }, /not one of off, 1\.0/],
    ['a proxy that is everybody', { PROXY_PROTOCOL_NETWORKS: '::/0' }, /believe everybody/],
    ['two at one port', { IMAP_LISTEN: '127.0.0.1:8080' }, /LISTEN and .*IMAP_LISTEN are at the/],
    [
      'one at the port of all addresses',
      {
        ...FILES,
        URL: 'https://x.example.org',
        IMAPS_LISTEN: '[::]:993',
        POP3S_LISTEN: '10.0.0.1:993',
      },
      /IMAPS_LISTEN and .*POP3S_LISTEN are at the/,
    ],
    ['a name with a port', { MAIL_HOST: 'mail.example.org:993' }, /not the name of a server/],
    ['a name that is an address', { MAIL_HOST: '10.0.0.1' }, /not the name of a server/],
    [
      'the port of no listener that there is',
      { MAIL_PORTS: 'imap=143, imapss=993' },
      /MAIL_PORTS has "imapss", which is not one of imaps, imap, pop3s, pop3, submissions, submission\./,
    ],
    [
      'the port of a listener that is off',
      { IMAP_LISTEN: '127.0.0.1:1143', MAIL_PORTS: 'imap=143,pop3=110' },
      /MAIL_PORTS has "pop3" and needs .*POP3_LISTEN/,
    ],
    ...['imap', 'imap=', 'imap=0', 'imap=65536', 'imap=-1', 'imap=143,', '=143'].map(
      (ports) =>
        [
          `a port such as ${ports}`,
          { IMAP_LISTEN: '127.0.0.1:1143', MAIL_PORTS: ports },
          /MAIL_PORTS has ".*", which is no name and port/,
        ] as const,
    ),
    [
      'two ports for one listener',
      { IMAP_LISTEN: '127.0.0.1:1143', MAIL_PORTS: 'imap=143,imap=1143' },
      /MAIL_PORTS has "imap" twice/,
    ],
    [
      'a listener that cannot be read, once',
      { IMAP_LISTEN: 'here', MAIL_PORTS: 'imap=143' },
      /IMAP_LISTEN is not an address/,
    ],
    ['a name with a line break', { MAIL_HOST: 'a\r\nb' }, /not the name of a server/],
  ] as const)
    it(`refuse ${what}`, () => {
      const found = mistakes(settings)
      assert.equal(found.length, 1, found.join('\n'))
      assert.match(found[0] ?? '', pattern)
    })

  it('may have one port on several addresses, and any free port twice', () => {
    assert.deepEqual(mistakes({ IMAP_LISTEN: '127.0.0.2:8080', POP3_LISTEN: '[::1]:8080' }), [])
    assert.deepEqual(mistakes({ IMAP_LISTEN: '127.0.0.1:0', POP3_LISTEN: '127.0.0.1:0' }), [])
  })
})
