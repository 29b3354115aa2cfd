/**
 * Administration: one identity provider: how it stands, what to register there, its definition, its
 * test, SCIM, and its end.
 */
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Alert, Anchor, Button, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { call } from '../api/call.ts'
import { reading, useAction } from '../api/query.ts'
import type { IdentityProvider } from '../api/types.ts'
import { Ago } from '../parts/Ago.tsx'
import { CopyRows } from '../parts/CopyRows.tsx'
import { Dangerous } from '../parts/Dangerous.tsx'
import { Fact, Facts } from '../parts/Facts.tsx'
import { Failure } from '../parts/Failure.tsx'
import { ForAdministrators } from '../parts/ForAdministrators.tsx'
import { Loaded } from '../parts/Loaded.tsx'
import { Name } from '../parts/Name.tsx'
import { Page } from '../parts/Page.tsx'
import { Section } from '../parts/Section.tsx'
import { tell } from '../parts/tell.ts'
import { WhoWhen } from '../parts/WhoWhen.tsx'
import { CHOICE_WORDS, WARNING_WORDS } from '../words/identity-providers.ts'
import { choiceOf, draftOf, fieldsOf, sentOf } from './provider-draft.ts'
import { ProviderForm } from './ProviderForm.tsx'
import { ProviderState } from './ProviderState.tsx'
import { ProviderTest } from './ProviderTest.tsx'
import { ScimSection } from './ScimSection.tsx'

const PATH = '/administration/identity-providers'

export function ProviderPage(): React.ReactNode {
  const { providerId: id = '' } = useParams({ strict: false })
  const provider = useQuery(reading('GET /identity-providers/:id', { params: { id } }))
  return (
    <>
      <Anchor component={Link} to={PATH} size="sm">
        <Trans>Identity providers</Trans>
      </Anchor>
      <Loaded query={provider}>
        {(found) => (
          <Page title={found.name}>
            <StateSection provider={found} />
            <Definition key={found.updatedAt} provider={found} />
            <ProviderTest provider={found} />
            <ScimSection provider={found} />
          </Page>
        )}
      </Loaded>
    </>
  )
}

function StateSection({ provider }: { provider: IdentityProvider }): React.ReactNode {
  const { t, i18n } = useLingui()
  const { addresses, people, frozen, reachedAt, enabled, warnings } = provider
  const params = { id: provider.id }
  const enable = useAction('POST /identity-providers/:id/enable', () =>
    tell(t`People can sign in by it from now on.`),
  )
  return (
    <Section
      title={t`State`}
      actions={
        <ForAdministrators>
          {enabled ? (
            <SwitchOff provider={provider} />
          ) : (
            <Button loading={enable.isPending} onClick={() => enable.mutate({ params })}>
              <Trans>Switch on</Trans>
            </Button>
          )}
          <Delete provider={provider} />
        </ForAdministrators>
      }
    >
      <Failure problem={enable.error} />
      {!enabled && addresses && (
        <Text size="sm">
          <Trans>
            Register the addresses below at the provider, try it, then switch it on: until then
            nobody sees it on the sign-in page.
          </Trans>
        </Text>
      )}
      <Facts>
        <Fact label={t`Kind`}>{i18n._(CHOICE_WORDS[choiceOf(provider)].name)}</Fact>
        <Fact label={t`State`}>
          <ProviderState provider={provider} />
        </Fact>
        <Fact label={t`Last answer`}>
          {reachedAt === null ? <Trans>none yet</Trans> : <Ago at={reachedAt} />}
        </Fact>
        <Fact label={t`People`}>
          <Anchor
            component={Link}
            to="/administration/users"
            search={{ source: provider.id } as never}
            size="sm"
          >
            <Plural value={people} one="# user" other="# users" />
          </Anchor>
          {frozen > 0 && (
            <>
              {', '}
              <Plural value={frozen} one="# of them frozen" other="# of them frozen" />
            </>
          )}
        </Fact>
      </Facts>
      {warnings.map((one) => (
        <Alert key={one} color="yellow">
          {i18n._(WARNING_WORDS[one])}
        </Alert>
      ))}
      {addresses && (
        <CopyRows
          title={t`To register at the provider`}
          rows={[
            { label: t`Redirect URL`, text: addresses.redirectUrl },
            { label: t`After signing out`, text: addresses.afterSignOut },
            { label: t`Front-channel logout`, text: addresses.frontChannel },
            { label: t`Back-channel logout`, text: addresses.backChannel },
          ]}
        />
      )}
    </Section>
  )
}

function Definition({ provider }: { provider: IdentityProvider }): React.ReactNode {
  const { t } = useLingui()
  const choice = choiceOf(provider)
  const before = draftOf(provider)
  const [draft, setDraft] = useState(before)
  const save = useAction('PATCH /identity-providers/:id', () =>
    tell(t`The identity provider was changed.`),
  )
  const body = sentOf(
    draft,
    before,
    fieldsOf(choice).filter((name) => name !== 'applicationId'),
  )
  return (
    <Section title={t`Definition`}>
      <ProviderForm
        choice={choice}
        draft={draft}
        onChange={(changed) => {
          save.reset()
          setDraft(changed)
        }}
        existing={provider}
        problem={save.error}
        pending={save.isPending}
        unchanged={Object.keys(body).length === 0}
        onSubmit={() => save.mutate({ params: { id: provider.id }, body })}
      />
      <WhoWhen of={provider} />
    </Section>
  )
}

function SwitchOff({ provider }: { provider: IdentityProvider }): React.ReactNode {
  const { t } = useLingui()
  return (
    <Dangerous
      label={<Trans>Switch off</Trans>}
      title={t`Switch an identity provider off`}
      deed={t`Switch it off`}
      button={{ size: 'sm' }}
      run={() => call('POST /identity-providers/:id/disable', { params: { id: provider.id } })}
    >
      <Stack gap="xs">
        <Text size="sm">
          <Trans>
            Nobody signs in by <Name of={provider.name} /> any more, and it is no longer asked
            whether people are still there.
          </Trans>
        </Text>
        {provider.people > 0 && (
          <Text size="sm">
            <Plural
              value={provider.people}
              one="The sessions and application passwords of # person work on until the grace time is over."
              other="The sessions and application passwords of # people work on until the grace time is over."
            />
          </Text>
        )}
      </Stack>
    </Dangerous>
  )
}

function Delete({ provider }: { provider: IdentityProvider }): React.ReactNode {
  const { t } = useLingui()
  const navigate = useNavigate()
  return (
    <Group gap="xs">
      <Dangerous
        label={<Trans>Delete</Trans>}
        title={t`Delete an identity provider`}
        deed={t`Delete for good`}
        button={{ size: 'sm' }}
        run={() => call('DELETE /identity-providers/:id', { params: { id: provider.id } })}
        done={() => navigate({ to: PATH })}
      >
        <Text size="sm">
          {provider.people > 0 ? (
            <Plural
              value={provider.people}
              one="# person comes from there: it cannot be deleted before that person is deleted or parted from it."
              other="# people come from there: it cannot be deleted before they are deleted or parted from it."
            />
          ) : (
            <Trans>Nobody comes from there. Its groups go with it.</Trans>
          )}
        </Text>
      </Dangerous>
    </Group>
  )
}
