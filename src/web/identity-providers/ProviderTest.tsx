/**
 * Tries an identity provider, step by step, and says which step failed and why.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Badge, Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useAction } from '../api/query.ts'
import type { IdentityProvider, IdentityProviderTest } from '../api/types.ts'
import { DiagnosisView } from '../parts/DiagnosisView.tsx'
import { Failure } from '../parts/Failure.tsx'
import { ForAdministrators } from '../parts/ForAdministrators.tsx'
import { Name } from '../parts/Name.tsx'
import { Section } from '../parts/Section.tsx'
import { CHECK_WORDS, failureText } from '../words/identity-providers.ts'

export function ProviderTest({ provider }: { provider: IdentityProvider }): React.ReactNode {
  const { t } = useLingui()
  const [name, setName] = useState('')
  const test = useAction('POST /identity-providers/:id/test')
  const directory = provider.kind === 'ldap'
  return (
    <ForAdministrators>
      <Section
        title={t`Test`}
        about={
          directory ? (
            <Trans>
              Tries what is saved: the connection, the account that searches, where people are, and,
              when you name one, a person. No password of a person is needed.
            </Trans>
          ) : (
            <Trans>
              Tries what is saved: the addresses, what the provider says of itself, its keys, and
              the client.
            </Trans>
          )
        }
      >
        <form
          onSubmit={(event) => {
            event.preventDefault()
            const body = directory && name.trim() !== '' ? { name: name.trim() } : {}
            test.mutate({ params: { id: provider.id }, body })
          }}
        >
          <Group gap="xs" align="flex-end">
            {directory && (
              <TextInput
                label={t`A person to look up`}
                placeholder={t`Name or e-mail`}
                w={{ base: '100%', xs: '18rem' }}
                value={name}
                onChange={(event) => setName(event.currentTarget.value)}
              />
            )}
            <Button type="submit" variant="default" loading={test.isPending}>
              <Trans>Test</Trans>
            </Button>
          </Group>
        </form>
        <Failure problem={test.error} />
        {test.data && <Checks test={test.data} />}
      </Section>
    </ForAdministrators>
  )
}

function Checks({ test }: { test: IdentityProviderTest }): React.ReactNode {
  const { t, i18n } = useLingui()
  return (
    <Stack gap="xs" component="output">
      {test.checks.map(({ check, ok, diagnosis, reason, found }, at) => (
        // A directory is tried at each of its addresses.
        <div key={at}>
          <Group gap="xs" wrap="nowrap" align="flex-start">
            <Badge color={ok ? 'green' : 'red'} variant="light" miw="3.5rem">
              {ok ? t`yes` : t`no`}
            </Badge>
            <div>
              <Text size="sm">{i18n._(CHECK_WORDS[check])}</Text>
              {found !== null && (
                <Text size="xs" c="dimmed">
                  <Name of={found} />
                </Text>
              )}
              {reason !== null && <Text size="sm">{failureText(reason, i18n)}</Text>}
            </div>
          </Group>
          {diagnosis && <DiagnosisView diagnosis={diagnosis} />}
        </div>
      ))}
    </Stack>
  )
}
