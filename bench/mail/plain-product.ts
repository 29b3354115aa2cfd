/**
 * The IMAP gateway with a server behind it that is asked in the clear, which the product itself never
 * does: the product's own parts from the listener to the splice, for comparison with those that know
 * no TLS behind themselves.
 */
import { systemClock, systemEntropy } from '#base/clock.ts'
import { createLog } from '#base/log.ts'
import { networkList } from '#base/network.ts'
import { openCertificates } from '#app/certificates.ts'
import { AdmissionJournal } from '#changes/admission-journal.ts'
import { readConfig } from '#config.ts'
import { admission, deadAmong } from '#domain/admission.ts'
import { imap } from '#gateways/imap/serve.ts'
import { signInAtImap } from '#gateways/imap/upstream.ts'
import { LiveConnections } from '#gateways/live.ts'
import { QUEUE_LIMITS } from '#gateways/mail/limits.ts'
import { MailListener } from '#gateways/mail/listener.ts'
import { openMailbox } from '#gateways/mail/open-mailbox.ts'
import { Places } from '#gateways/mail/places.ts'
import { RefreshedInVain } from '#gateways/mail/refreshed-in-vain.ts'
import { MailboxSlots } from '#gateways/mail/slots.ts'
import { UpstreamTls } from '#gateways/mail/upstream-tls.ts'
import { UpstreamTrouble } from '#gateways/mail/upstream-trouble.ts'
import { openGround } from '#ground.ts'
import { openOAuth } from '#oauth.ts'
import { mailboxOf, type Mailbox } from '#vault/mailbox.ts'

const log = createLog((line) => void process.stderr.write(`${line}\n`), systemClock, 'warn')
const config = readConfig(process.env)
const world = { clock: systemClock, entropy: systemEntropy, log }
await using ground = await openGround(config, world, { migrates: true })
await using oauth = await openOAuth(ground, 'server')
await using journal = new AdmissionJournal(ground)
const { store, clock, keyring } = ground
using live = new LiveConnections({
  dead: deadAmong({
    byIds: (ids) => store.credentials.byIds(ids),
    levels: () => ground.policy.levels(),
    clock,
  }),
  log,
})

/** Connected in the clear, as for STARTTLS … */
const inTheClear = ({ server, ...mailbox }: Mailbox): Mailbox => ({
  ...mailbox,
  server: (kind) => ({ ...server(kind), security: 'starttls' }),
})
const open = openMailbox(
  {
    admit: admission({
      hashesOf: (canonical) => keyring.hashes('app-password', canonical),
      find: (hash) => store.credentials.find(hash),
      mailboxes: (userId, typed) => store.credentials.mailboxes(userId, typed),
      levels: () => ground.policy.levels(),
      record: (attempt, signIn, credential) => journal.record(attempt, signIn, credential),
      clock,
    }),
    account: (id) => store.credentials.account(id),
    mailboxOf: (account) => inTheClear(mailboxOf(oauth, account, account)),
    tables: store.tables,
    tokens: oauth.tokens,
    tls: new UpstreamTls(),
    places: new Places(),
    slots: new MailboxSlots(QUEUE_LIMITS),
    live,
    trouble: new UpstreamTrouble({ store, clock, log }),
    inVain: new RefreshedInVain(clock),
    nodes: () => 1,
    log,
  },
  // … and led through the dialogue as if TLS stood.
  async (upstream, as) => await signInAtImap({ ...upstream, startTls: null }, as),
)
const [listen] = config.mailGateways.listeners
if (!listen) throw new Error('No listener is configured.')
await using listener = await MailListener.open({
  doors: [
    {
      ...listen,
      age: 'today',
      mayBeClear: () => false,
      admits: () => true,
      serve: imap({ open }),
    },
  ],
  certificates: openCertificates(config, log),
  isProxy: networkList([]),
  endSignedIn: () => {},
  log,
})
await new Promise((resolve) => process.once('SIGTERM', resolve))
void listener
