/**
 * What a new application password is for: the application, a name that it is found by, and which
 * gateways it opens.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Anchor, Button, Stack, Text, TextInput, VisuallyHidden } from '@mantine/core'
import { useState } from 'react'
import { useAction } from '../api/query.ts'
import type { Application, CreatedAppPassword, Gateway, Profile } from '../api/types.ts'
import { Failure } from '../parts/Failure.tsx'
import { useFaults } from '../parts/faults.ts'
import { day, duration } from '../parts/moments.ts'
import { Name } from '../parts/Name.tsx'
import { useNow } from '../parts/now.ts'
import { APPLICATION_WORDS } from '../words/applications.ts'
import { ApplicationPicker } from './ApplicationPicker.tsx'
import { GatewayPicker } from './GatewayPicker.tsx'

const MAX_NAME = 64

type Props = {
  me: Profile
  application?: Application
  onCreated: (created: CreatedAppPassword) => void
}

export function CreateForm({ me, application: first, onCreated }: Props): React.ReactNode {
  const { t, i18n } = useLingui()
  const mail = me.mailDoors.length > 0
  const [application, setApplication] = useState(first ?? (mail ? 'outlook' : 'network_drive'))
  // null: the person has not written a name of their own, so it follows the application.
  const [written, setWritten] = useState<string | null>(null)
  // null: likewise.
  const [picked, setPicked] = useState<Gateway[] | null>(null)
  const name = written ?? i18n._(APPLICATION_WORDS[application])
  const length = [...name.normalize('NFC').trim()].length
  const here: Gateway[] = ['drive', ...me.mailDoors.map(({ gateway }) => gateway)]
  const running = here.filter((one) => me.policy.gatewaysAllowed.includes(one))
  const wanted = me.applications[application]
  const gateways = picked ?? running.filter((one) => wanted.includes(one))
  const now = useNow()
  const create = useAction('POST /me/app-passwords', onCreated)
  const send = (as: string): void => create.mutate({ body: { name: as, application, gateways } })
  const fault = useFaults(create.error)
  const suggestion = create.error?.fields.find(({ field }) => field === 'name')?.suggestion
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        send(name)
      }}
    >
      <Stack gap="md">
        <ApplicationPicker
          value={application}
          onChange={(one) => {
            setApplication(one)
            setPicked(null)
          }}
        />
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
              send(suggestion)
            }}
          >
            <Trans>
              Create it as <Name of={suggestion} />
            </Trans>
          </Anchor>
        )}
        <GatewayPicker
          wanted={wanted}
          running={running}
          closed={here.filter((one) => !running.includes(one))}
          value={gateways}
          onChange={setPicked}
        />
        <Text size="sm">
          <Trans>
            Valid until{' '}
            <strong>{day(now + me.policy.appCredentialsTtl * 1000, i18n.locale)}</strong>
          </Trans>{' '}
          <Text span c="dimmed">
            ({duration(me.policy.appCredentialsTtl, i18n.locale)}, app_credentials_ttl)
          </Text>
        </Text>
        <Failure problem={create.error} fields={['name']} />
        <Button
          type="submit"
          loading={create.isPending}
          disabled={length > MAX_NAME || gateways.length === 0}
        >
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
