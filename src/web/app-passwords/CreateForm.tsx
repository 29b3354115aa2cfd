/**
 * What a new application password is for: the application, and a name that it is found by.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import {
  Anchor,
  Button,
  Radio,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
  VisuallyHidden,
} from '@mantine/core'
import { useState } from 'react'
import { useAction } from '../api/query.ts'
import type { Application, CreatedAppPassword, Profile } from '../api/types.ts'
import { Failure } from '../parts/Failure.tsx'
import { useFaults } from '../parts/faults.ts'
import { day, duration } from '../parts/moments.ts'
import { useNow } from '../parts/now.ts'
import { APPLICATION_EXAMPLES, APPLICATIONS, APPLICATION_WORDS } from '../words/applications.ts'
import { Name } from '../parts/Name.tsx'

const MAX_NAME = 64

type Props = {
  policy: Profile['policy']
  application?: Application
  onCreated: (created: CreatedAppPassword) => void
}

export function CreateForm({ policy, application: first, onCreated }: Props): React.ReactNode {
  const { t, i18n } = useLingui()
  const [application, setApplication] = useState<Application>(first ?? 'network_drive')
  // null: the person has not written a name of their own, so it follows the application.
  const [written, setWritten] = useState<string | null>(null)
  const name = written ?? i18n._(APPLICATION_WORDS[application])
  const length = [...name.normalize('NFC').trim()].length
  const now = useNow()
  const create = useAction('POST /me/app-passwords', onCreated)
  const fault = useFaults(create.error)
  const suggestion = create.error?.fields.find(({ field }) => field === 'name')?.suggestion
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        create.mutate({ body: { name, application } })
      }}
    >
      <Stack gap="md">
        <Radio.Group label={t`Application`} value={application} onChange={setApplication}>
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm" mt="xs">
            {APPLICATIONS.map((one) => (
              <Radio
                key={one}
                value={one}
                label={i18n._(APPLICATION_WORDS[one])}
                description={i18n._(APPLICATION_EXAMPLES[one])}
              />
            ))}
          </SimpleGrid>
        </Radio.Group>
        <TextInput
          label={t`Name of the connection`}
          description={t`So that you know it again: the device, or what it is for.`}
          required
          value={name}
          onChange={(event) => setWritten(event.currentTarget.value)}
          error={fault('name') ?? (length > MAX_NAME && t`At most ${MAX_NAME} characters.`)}
          rightSection={<Counter length={length} />}
          rightSectionWidth={58}
        />
        {suggestion !== undefined && (
          <Anchor
            component="button"
            type="button"
            size="sm"
            ta="start"
            onClick={() => {
              setWritten(suggestion)
              create.mutate({ body: { name: suggestion, application } })
            }}
          >
            <Trans>
              Create it as <Name of={suggestion} />
            </Trans>
          </Anchor>
        )}
        <Text size="sm">
          <Trans>
            Valid until <strong>{day(now + policy.appCredentialsTtl * 1000, i18n.locale)}</strong>
          </Trans>{' '}
          <Text span c="dimmed">
            ({duration(policy.appCredentialsTtl, i18n.locale)}, app_credentials_ttl)
          </Text>
        </Text>
        <Failure problem={create.error} fields={['name']} />
        <Button type="submit" loading={create.isPending} disabled={length > MAX_NAME}>
          <Trans>Generate</Trans>
        </Button>
      </Stack>
    </form>
  )
}

function Counter({ length }: { length: number }): React.ReactNode {
  const { t } = useLingui()
  return (
    <Text size="xs" c={length > MAX_NAME ? 'var(--mantine-color-error)' : 'dimmed'}>
      <span aria-hidden>
        {length}/{MAX_NAME}
      </span>
      <VisuallyHidden>{t`${length} of ${MAX_NAME} characters`}</VisuallyHidden>
    </Text>
  )
}
