/**
 * My mailboxes: the state of each, which is the default, and connecting or renewing one at its
 * provider.
 */
import { msg } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Group } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { reading, useAction } from '../api/query.ts'
import type { Mailbox, OwnIdentity, Profile } from '../api/types.ts'
import { Failure } from '../parts/Failure.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { MailboxesTable } from '../parts/MailboxesTable.tsx'
import { isolated } from '../parts/moments.ts'
import { Section } from '../parts/Section.tsx'
import { useUrlState } from '../parts/url-state.ts'
import { OWN_WORDS } from '../words/mailboxes.ts'
import { MailboxInit } from './MailboxInit.tsx'

const NOT_BEGUN = {
  conflict: {
    what: msg`The provider cannot be reached for this mailbox now.`,
    todo: msg`Nothing was changed. If it stays like this, tell your administrator.`,
  },
}

type Props = { me: Profile; identity: OwnIdentity | null }

export function MailboxesSection({ me, identity }: Props): React.ReactNode {
  const { t } = useLingui()
  const [url, change] = useUrlState()
  const mailboxes = useQuery(reading('GET /me/mailboxes'))
  const init = useAction('POST /me/mailboxes/:id/init', (begun) =>
    window.location.assign(begun.url),
  )
  const makeDefault = useAction('PUT /me/mailboxes/:id/default')
  const connect = useAction('POST /me/mailbox', ({ url: there }) => window.location.assign(there))
  const { mailbox, init: initId } = url
  const mayConnect = identity?.ownMailbox === true && !mailboxes.data?.some(({ usable }) => usable)
  // Where no mail gateway runs and nobody has a mailbox, there is nothing to say about mail.
  if (me.mailDoors.length === 0 && mailboxes.data?.length === 0 && !mayConnect) return null
  return (
    <Section
      title={t`My mailboxes`}
      about={
        <Trans>
          What mail programs open with an application password. The user name they need is the
          address of the mailbox.
        </Trans>
      }
      actions={
        mayConnect && (
          <Button
            loading={connect.isPending}
            onClick={() => connect.mutate({ body: { next: '/profile' } })}
          >
            <Trans>Connect my mailbox</Trans>
          </Button>
        )
      }
    >
      {mailbox !== undefined && initId !== undefined && (
        <MailboxInit
          mailboxId={mailbox}
          initId={initId}
          onClose={() => change({ mailbox: undefined, init: undefined })}
        />
      )}
      <Failure problem={init.error} words={NOT_BEGUN} />
      <Failure problem={makeDefault.error} />
      <Failure problem={connect.error} words={NOT_BEGUN} />
      <Loaded query={mailboxes}>
        {(rows) => (
          <MailboxesTable
            rows={rows}
            label={t`My mailboxes`}
            words={OWN_WORDS}
            renderActions={(row) => (
              <Group gap="xs" wrap="nowrap" justify="flex-end">
                {several(rows) && canBeDefault(row) && !row.isDefault && (
                  <Button
                    size="xs"
                    variant="default"
                    aria-label={`${t`Make it the default`}: ${isolated(row.email)}`}
                    loading={makeDefault.isPending && makeDefault.variables.params.id === row.id}
                    onClick={() => makeDefault.mutate({ params: { id: row.id } })}
                  >
                    <Trans>Make it the default</Trans>
                  </Button>
                )}
                {row.mayInit && (
                  <Init
                    row={row}
                    pending={init.isPending && init.variables.params.id === row.id}
                    onInit={() => init.mutate({ params: { id: row.id } })}
                  />
                )}
              </Group>
            )}
            empty={
              <Trans>
                You have none. Your administrator declares the mailboxes and says who may use them.
              </Trans>
            }
          />
        )}
      </Loaded>
    </Section>
  )
}

const canBeDefault = ({ usable, state }: Mailbox): boolean => usable && state !== 'disabled'
const several = (rows: readonly Mailbox[]): boolean =>
  rows.filter(({ usable }) => usable).length > 1

type InitProps = { row: Mailbox; pending: boolean; onInit: () => void }

/** Only a mailbox that waits for its owner asks for it in colour. */
function Init({ row, pending, onInit }: InitProps): React.ReactNode {
  const { t } = useLingui()
  const waits = row.state === 'new' || row.state === 'reconsent' || row.diagnosis?.who === 'owner'
  const deed = row.state === 'new' ? t`Connect` : t`Renew`
  return (
    <Button
      size="xs"
      variant={waits ? 'filled' : 'default'}
      aria-label={`${deed}: ${isolated(row.email)}`}
      {...(row.signInAs !== null && { title: t`You sign in at the provider as ${row.signInAs}.` })}
      loading={pending}
      onClick={onInit}
    >
      {deed}
    </Button>
  )
}
