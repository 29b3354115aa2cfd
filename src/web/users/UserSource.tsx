/**
 * Where a user comes from: the provider, what it calls the person, and until when it vouches.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Alert, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { reading } from '../api/query.ts'
import type { OwnIdentity, User } from '../api/types.ts'
import { Ago } from '../parts/Ago.tsx'
import { Fact, Facts } from '../parts/Facts.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { Name } from '../parts/Name.tsx'
import { Section } from '../parts/Section.tsx'
import { FROZEN_WORDS } from '../words/identities.ts'
import { PartFromProvider } from './PartFromProvider.tsx'

export function UserSource({ user }: { user: User }): React.ReactNode {
  const { t } = useLingui()
  const identity = useQuery({
    ...reading('GET /users/:id/identity', { params: { id: user.id } }),
    enabled: user.source !== 'local',
  })
  if (user.source === 'local') return null
  return (
    <Section title={t`Where the account comes from`}>
      <Loaded query={identity}>
        {(found) =>
          found ? (
            <Known user={user} identity={found} />
          ) : (
            <Text size="sm">
              <Trans>
                <Name of={user.sourceName ?? ''} />. Nobody has signed in there as this person yet:
                the invitation, or the first sign-in, ties the two together.
              </Trans>
            </Text>
          )
        }
      </Loaded>
    </Section>
  )
}

function Known({ user, identity }: { user: User; identity: OwnIdentity }): React.ReactNode {
  const { t, i18n } = useLingui()
  return (
    <>
      {identity.state === 'frozen' && (
        <Alert color="blue" title={t`Frozen`}>
          <Text size="sm">
            {i18n._(FROZEN_WORDS[identity.reason ?? 'refused'])}{' '}
            <Trans>
              Since <Ago at={identity.stateAt} />. Nothing is lost: everything works again as soon
              as <Name of={identity.providerName} /> says that the account is open.
            </Trans>
          </Text>
        </Alert>
      )}
      {user.liveness === 'unconfirmed' && (
        <Alert color="orange" title={t`Unconfirmed`}>
          <Text size="sm">
            <Trans>
              <Name of={identity.providerName} /> has not been heard from for longer than its grace
              time: application passwords wait until it answers, or until the person signs in there.
            </Trans>
          </Text>
        </Alert>
      )}
      <Facts>
        <Fact label={t`Provider`}>
          <Name of={identity.providerName} />
        </Fact>
        <Fact label={t`Name there`}>
          <Name of={identity.shownAs} />
        </Fact>
        <Fact label={t`Known to be open`}>
          <Ago at={identity.aliveAt} />
        </Fact>
        <Fact label={t`Good until`}>
          <Ago at={identity.aliveUntil} />
        </Fact>
        <Fact label={t`Asked again`}>
          {identity.nextCheckAt === null ? (
            <Trans>never: the provider says so itself</Trans>
          ) : (
            <Ago at={identity.nextCheckAt} />
          )}
        </Fact>
        <Fact label={t`Subject`}>
          <Name of={identity.subject} />
        </Fact>
      </Facts>
      <PartFromProvider user={user} identity={identity} />
    </>
  )
}
