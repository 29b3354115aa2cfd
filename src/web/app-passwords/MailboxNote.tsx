/**
 * What still has to happen before mail programs can open a mailbox: nothing, most often.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Alert } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { reading } from '../api/query.ts'
import { Name } from '../parts/Name.tsx'

/** `email` undefined: the person has no mailbox. */
export function MailboxNote({ email }: { email: string | undefined }): React.ReactNode {
  const { t } = useLingui()
  const mailboxes = useQuery(reading('GET /me/mailboxes'))
  const state = mailboxes.data?.find((one) => one.usable && one.email === email)?.state
  if (email === undefined)
    return (
      <Alert color="orange" title={t`A mailbox is missing`}>
        <Trans>
          There is none that you may use, so mail programs cannot sign in yet. Your administrator
          gives you one; you connect it in your profile, under "My mailboxes". Its address is the
          user name then.
        </Trans>
      </Alert>
    )
  switch (state) {
    case 'new':
      return (
        <Alert color="orange" title={t`The mailbox is not connected yet`}>
          <Trans>
            Mail programs cannot open <Name of={email} /> until you have connected it in your
            profile, under "My mailboxes".
          </Trans>
        </Alert>
      )
    case 'reconsent':
      return (
        <Alert color="orange" title={t`The mailbox has to be renewed`}>
          <Trans>
            Mail programs cannot open <Name of={email} /> until you have renewed it in your profile,
            under "My mailboxes".
          </Trans>
        </Alert>
      )
    case 'disabled':
      return (
        <Alert color="orange" title={t`The mailbox is switched off`}>
          <Trans>
            Mail programs cannot open <Name of={email} />. Ask your administrator.
          </Trans>
        </Alert>
      )
    case 'active':
    case 'degraded':
    case undefined:
      return null
  }
}
