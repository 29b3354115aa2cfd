/**
 * A one-time link for a user: made on request, shown once, with what became of the mail.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { useAction } from '../api/query.ts'
import type { OneTimeLink, User } from '../api/types.ts'
import { CopyField } from '../parts/CopyField.tsx'
import { Failure } from '../parts/Failure.tsx'
import { moment } from '../parts/moments.ts'
import { Name } from '../parts/Name.tsx'

type Props = { user: User; onDone: () => void }

export function OneTimeLinkView({ user, onDone }: Props): React.ReactNode {
  const make = useAction('POST /users/:id/link')
  if (make.data) return <Made link={make.data} user={user} onDone={onDone} />
  return (
    <Stack gap="md">
      <Text size="sm">
        {user.sourceName !== null ? (
          <Trans>
            <Name of={user.name} /> needs a link to sign in at <Name of={user.sourceName} /> for the
            first time. It works once; a link made before stops working.
          </Trans>
        ) : user.state === 'invited' ? (
          <Trans>
            <Name of={user.name} /> needs a link to choose a password. It works once; a link made
            before stops working.
          </Trans>
        ) : (
          <Trans>
            With the link, <Name of={user.name} /> chooses a new password. It works once; a link
            made before stops working. The present password works until then.
          </Trans>
        )}
      </Text>
      <Failure problem={make.error} />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onDone}>
          <Trans>Not now</Trans>
        </Button>
        <Button onClick={() => make.mutate({ params: { id: user.id } })} loading={make.isPending}>
          <Trans>Make the link</Trans>
        </Button>
      </Group>
    </Stack>
  )
}

function Made({ link, user, onDone }: Props & { link: OneTimeLink }): React.ReactNode {
  const { t, i18n } = useLingui()
  return (
    <Stack gap="md">
      <Mailed mailed={link.mailed} email={user.email} />
      <CopyField label={t`One-time link`} text={link.url} />
      <Text size="sm" c="dimmed">
        <Trans>
          Whoever opens it becomes <Name of={user.name} />: hand it over on a way that you trust. It
          is shown only now, and works until {moment(link.expiresAt, i18n.locale)}.
        </Trans>
      </Text>
      <Button onClick={onDone}>
        <Trans>Done</Trans>
      </Button>
    </Stack>
  )
}

function Mailed({ mailed, email }: { mailed: OneTimeLink['mailed']; email: string }) {
  switch (mailed) {
    case 'sent':
      return (
        <Alert color="green">
          <Trans>
            The link was mailed to <Name of={email} />.
          </Trans>
        </Alert>
      )
    case 'failed':
      return (
        <Alert color="red" role="alert">
          <Trans>
            The mail to <Name of={email} /> could not be sent; the log says why. Hand the link over
            yourself.
          </Trans>
        </Alert>
      )
    case 'off':
      return (
        <Alert color="yellow">
          <Trans>
            This server sends no mail (PASSERELLE_SMTP_URL is not set): hand the link over yourself.
          </Trans>
        </Alert>
      )
  }
}
