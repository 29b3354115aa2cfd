/**
 * The definition of a mail account that is there: changed, and who changed it when.
 */
import { useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { useAction } from '../api/query.ts'
import type { MailAccount, OAuthApplication } from '../api/types.ts'
import { EndsTokens, endOfTokens } from '../parts/EndsTokens.tsx'
import { Section } from '../parts/Section.tsx'
import { tell } from '../parts/tell.ts'
import { WhoWhen } from '../parts/WhoWhen.tsx'
import { AccountForm, type AccountDraft } from './AccountForm.tsx'

type Props = { account: MailAccount; applications: readonly OAuthApplication[] }

export function Definition({ account, applications }: Props): React.ReactNode {
  const { t } = useLingui()
  const before = draftOf(account)
  const [draft, setDraft] = useState(before)
  const save = useAction('PATCH /mail-accounts/:id', () => tell(t`The mail account was changed.`))
  const { designation, email, shared, comments, userIds } = draft
  const delegateEmail = shared && draft.delegateEmail !== '' ? draft.delegateEmail : null
  const body = { designation, email, shared, delegateEmail, comments, userIds }
  const params = { id: account.id }
  return (
    <Section title={t`Definition`}>
      <AccountForm
        applications={applications}
        draft={draft}
        onChange={(changed) => {
          save.reset()
          setDraft(changed)
        }}
        existing={account}
        problem={endOfTokens(save.error) ? null : save.error}
        pending={save.isPending}
        unchanged={JSON.stringify(draft) === JSON.stringify(before)}
        onSubmit={() => save.mutate({ params, body })}
      />
      <EndsTokens
        problem={save.error}
        pending={save.isPending}
        onConfirm={() => save.mutate({ params, body: { ...body, endTokens: true } })}
      />
      <WhoWhen of={account} />
    </Section>
  )
}

const draftOf = (account: MailAccount): AccountDraft => ({
  identifier: account.identifier,
  applicationId: account.applicationId,
  designation: account.designation,
  email: account.email,
  shared: account.shared,
  delegateEmail: account.delegateEmail ?? '',
  comments: account.comments,
  userIds: account.users.map(({ userId }) => userId),
})
