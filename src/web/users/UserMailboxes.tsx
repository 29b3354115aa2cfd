/**
 * A user's mailboxes, each with the way to its mail account.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Anchor } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { reading } from '../api/query.ts'
import type { User } from '../api/types.ts'
import { Loaded } from '../parts/Loaded.tsx'
import { MailboxesTable } from '../parts/MailboxesTable.tsx'
import { Name } from '../parts/Name.tsx'
import { Section } from '../parts/Section.tsx'
import { THEIR_WORDS } from '../words/mailboxes.ts'

export function UserMailboxes({ user }: { user: User }): React.ReactNode {
  const { t } = useLingui()
  const params = { id: user.id }
  const mailboxes = useQuery(reading('GET /users/:id/mailboxes', { params }))
  return (
    <Section title={t`Mailboxes`}>
      <Loaded query={mailboxes}>
        {(rows) => (
          <MailboxesTable
            rows={rows}
            label={t`Mailboxes`}
            words={THEIR_WORDS}
            renderName={({ id, email }) => (
              <Anchor
                component={Link}
                inherit
                to="/administration/mail-accounts/$accountId"
                params={{ accountId: id } as never}
              >
                <Name of={email} />
              </Anchor>
            )}
            empty={
              <Trans>There are none. The form of a mail account says which users may use it.</Trans>
            }
          />
        )}
      </Loaded>
    </Section>
  )
}
