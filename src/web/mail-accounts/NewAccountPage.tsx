/**
 * Administration: declaring a mail account.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Anchor, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { reading, useAction } from '../api/query.ts'
import type { OAuthApplication } from '../api/types.ts'
import { Loaded } from '../parts/Loaded.tsx'
import { Page } from '../parts/Page.tsx'
import { Section } from '../parts/Section.tsx'
import { AccountForm, type AccountDraft } from './AccountForm.tsx'

export function NewAccountPage(): React.ReactNode {
  const { t } = useLingui()
  const applications = useQuery(reading('GET /oauth-applications'))
  return (
    <Page title={t`Declare a mail account`}>
      <Loaded query={applications}>
        {(rows) => (rows.length === 0 ? <NoApplication /> : <NewAccount applications={rows} />)}
      </Loaded>
    </Page>
  )
}

function NoApplication(): React.ReactNode {
  return (
    <Text>
      <Trans>
        A mail account gets its tokens through an OAuth 2 application, and there is none yet.
      </Trans>{' '}
      <Anchor component={Link} to="/administration/oauth-applications/new" underline="always">
        <Trans>Declare an application first.</Trans>
      </Anchor>
    </Text>
  )
}

function NewAccount({
  applications,
}: {
  applications: readonly OAuthApplication[]
}): React.ReactNode {
  const { t } = useLingui()
  const [draft, setDraft] = useState<AccountDraft>({
    identifier: '',
    applicationId: applications[0]?.id ?? '',
    designation: '',
    email: '',
    shared: false,
    delegateEmail: '',
    comments: '',
    userIds: [],
  })
  const navigate = useNavigate()
  const create = useAction('POST /mail-accounts', ({ id }) =>
    navigate({
      to: '/administration/mail-accounts/$accountId',
      params: { accountId: id } as never,
    }),
  )
  const delegateEmail = draft.shared && draft.delegateEmail !== '' ? draft.delegateEmail : null
  return (
    <Section title={t`Definition`}>
      <AccountForm
        applications={applications}
        draft={draft}
        onChange={(changed) => {
          create.reset()
          setDraft(changed)
        }}
        problem={create.error}
        pending={create.isPending}
        onSubmit={() => create.mutate({ body: { ...draft, delegateEmail } })}
      />
    </Section>
  )
}
