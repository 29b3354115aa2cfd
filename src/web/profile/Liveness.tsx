/**
 * How the account stands with the provider that it comes from.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Alert, Text } from '@mantine/core'
import type { OwnIdentity } from '../api/types.ts'
import { Ago } from '../parts/Ago.tsx'
import { Fact } from '../parts/Facts.tsx'
import { Name } from '../parts/Name.tsx'
import { moment } from '../parts/moments.ts'
import { useNow } from '../parts/now.ts'
import { FROZEN_WORDS } from '../words/identities.ts'

export function Liveness({ identity }: { identity: OwnIdentity }): React.ReactNode {
  const { t } = useLingui()
  return (
    <Fact label={t`Known to be open`}>
      <Known identity={identity} />
    </Fact>
  )
}

function Known({ identity }: { identity: OwnIdentity }): React.ReactNode {
  const { i18n } = useLingui()
  const over = identity.aliveUntil <= useNow()
  const { providerName: provider } = identity
  if (identity.state === 'frozen')
    return (
      <Alert color="red" p="xs">
        <Text size="sm">
          {i18n._(FROZEN_WORDS[identity.reason ?? 'refused'])}{' '}
          <Trans>
            Your application passwords are frozen since <Ago at={identity.stateAt} />. None is lost:
            they work again as soon as <Name of={provider} /> says that your account is open.
          </Trans>
        </Text>
      </Alert>
    )
  if (over)
    return (
      <Alert color="yellow" p="xs">
        <Text size="sm">
          <Trans>
            <Name of={provider} /> has not been heard from for too long: your application passwords
            wait until it answers, or until you sign in there again.
          </Trans>
        </Text>
      </Alert>
    )
  return (
    <Text size="sm" c="dimmed">
      <Trans>
        Confirmed by <Name of={provider} />: <Ago at={identity.aliveAt} />. Should it fall silent,
        application passwords work until {moment(identity.aliveUntil, i18n.locale)}.
      </Trans>
    </Text>
  )
}
