import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'
import {
  ATTACHMENT,
  attachmentIn,
  largeAttachment,
  messagesIn,
  sha256,
} from '../support/mail-attachment.ts'
import { openMailGatewaysStory } from '../support/mail-gateways-story.ts'
import { delivered } from '../support/mail-servers/delivered.ts'
import { workFolder } from '../support/program.ts'
import { Thunderbird } from '../support/thunderbird.ts'

const MODULES = `
  const { MailServices } = ChromeUtils.importESModule('resource:///modules/MailServices.sys.mjs')
  const TLS = Ci.nsMsgSocketType.SSL
  const PASSWORD = Ci.nsMsgAuthMethod.passwordCleartext
  const { host, ports, user, password } = given[0]`

/** As a person does: the certificate is accepted, the account made, the passwords are remembered. */
const SET_UP = `${MODULES}
  const db = Cc['@mozilla.org/security/x509certdb;1'].getService(Ci.nsIX509CertDB)
  const certificate = db.constructX509FromBase64(given[1])
  const accepted = Cc['@mozilla.org/security/certoverride;1'].getService(Ci.nsICertOverrideService)
  for (const [scheme, port] of [['imap', ports.imaps], ['smtp', ports.submissions]]) {
    accepted.rememberValidityOverride(host, port, {}, certificate, true)
    const at = scheme + '://' + host
    const login = Cc['@mozilla.org/login-manager/loginInfo;1'].createInstance(Ci.nsILoginInfo)
    login.init(at, null, at, user, password, '', '')
    await Services.logins.addLoginAsync(login)
  }
  const incoming = MailServices.accounts.createIncomingServer(user, host, 'imap')
  Object.assign(incoming, { port: ports.imaps, socketType: TLS, authMethod: PASSWORD })
  const outgoing = MailServices.outgoingServer.createServer('smtp')
  const smtp = outgoing.QueryInterface(Ci.nsISmtpServer)
  Object.assign(smtp, { hostname: host, port: ports.submissions })
  Object.assign(outgoing, { username: user, socketType: TLS, authMethod: PASSWORD })
  const identity = MailServices.accounts.createIdentity()
  Object.assign(identity, { email: user, smtpServerKey: outgoing.key, doFcc: false })
  const account = MailServices.accounts.createAccount()
  account.incomingServer = incoming
  account.addIdentity(identity)`

const SEND = `${MODULES}
  const { incomingServer, key, identities: [identity] } =
    MailServices.accounts.accounts.find((one) => one.incomingServer.type === 'imap')
  const make = (what, type) => Cc['@mozilla.org/messengercompose/' + what + ';1'].createInstance(type)
  const fields = make('composefields', Ci.nsIMsgCompFields)
  Object.assign(fields, { from: user, to: user, subject: 'Album' })
  const attachment = make('attachment', Ci.nsIMsgAttachment)
  attachment.url = Services.io.newFileURI(new FileUtils.File(given[1])).spec
  attachment.name = given[2]
  fields.addAttachment(attachment)
  await new Promise((resolve, reject) =>
    make('send', Ci.nsIMsgSend).createAndSendMessage(
      null, identity, key, fields, false, false, Ci.nsIMsgSend.nsMsgDeliverNow, null,
      'text/plain', 'text', null, null,
      {
        QueryInterface: ChromeUtils.generateQI(['nsIMsgSendListener']),
        onStartSending() {}, onProgress() {}, onStatus() {}, onGetDraftFolderURI() {},
        onSendNotPerformed: () => reject(new Error('not performed')),
        onTransportSecurityError: (_, status) => reject(new Error('security ' + status)),
        onStopSending: (_, status, text) =>
          Components.isSuccessCode(status) ? resolve() : reject(new Error(status + ' ' + text)),
      },
      '', '', Ci.nsIMsgCompType.New,
    ),
  )`

const READ = `${MODULES}
  const server = MailServices.accounts.accounts.find((one) => one.incomingServer.type === 'imap').incomingServer
  const inbox = server.rootFolder.getChildNamed('INBOX')
  const done = (act) => new Promise((resolve, reject) => act({
    OnStartRunningUrl() {},
    OnStopRunningUrl: (_, status) => Components.isSuccessCode(status) ? resolve() : reject(new Error('' + status)),
  }))
  // Selecting the folder and fetching its headers are two steps; the end of either may be told.
  while ([...inbox.messages].length === 0)
    await done((listener) =>
      inbox.QueryInterface(Ci.nsIMsgImapMailFolder).updateFolderWithListener(null, listener))
  const [header] = [...inbox.messages]
  const uri = inbox.getUriForMsg(header)
  const file = new FileUtils.File(given[1])
  await done((listener) =>
    MailServices.messageServiceFromURI(uri).saveMessageToDisk(uri, file, false, listener, true, null))`

describe('Thunderbird', () => {
  it('sends a message with a large attachment, and reads it', async () => {
    await using story = await openMailGatewaysStory()
    using work = workFolder()
    await using thunderbird = await Thunderbird.open(work.path)
    const { host, ports, user, password } = story
    const typed = { host, ports, user, password }
    const pem = readFileSync(story.caFile, 'utf8').replaceAll(/-----.*-----|\s/g, '')
    await thunderbird.run(SET_UP, typed, pem)
    const content = largeAttachment()
    const file = path.join(work.path, ATTACHMENT)
    writeFileSync(file, content)
    await thunderbird.run(SEND, typed, file, ATTACHMENT)
    await delivered(story.postfix, 1)
    const [message] = messagesIn(story.maildir)
    assert.ok(message)
    assert.equal(sha256(attachmentIn(message)), sha256(content))
    const saved = path.join(work.path, 'saved.eml')
    await thunderbird.run(READ, typed, saved)
    assert.equal(sha256(attachmentIn(readFileSync(saved))), sha256(content))
  })
})
