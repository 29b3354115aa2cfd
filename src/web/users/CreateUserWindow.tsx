/**
 * The window that creates a user and then hands over the invitation link.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Group, NativeSelect, Stack, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { reading, useAction } from '../api/query.ts'
import type { Language, Role, User } from '../api/types.ts'
import { LANGUAGE_NAMES, LANGUAGES } from '../i18n.ts'
import { Failure } from '../parts/Failure.tsx'
import { useFaults } from '../parts/faults.ts'
import { ROLE_WORDS, ROLES } from '../words/people.ts'
import { OneTimeLinkView } from './OneTimeLinkView.tsx'
import { Window } from '../parts/Window.tsx'

type Props = { opened: boolean; onClose: () => void }

export function CreateUserWindow({ opened, onClose }: Props): React.ReactNode {
  const { t } = useLingui()
  const [created, setCreated] = useState<User | null>(null)
  const close = (): void => {
    onClose()
    setCreated(null)
  }
  return (
    <Window
      opened={opened}
      onClose={close}
      title={created ? t`Invite the new user` : t`Create a user`}
      size="lg"
      closeOnClickOutside={created === null}
    >
      {created ? (
        <OneTimeLinkView user={created} onDone={close} />
      ) : (
        <CreateUserForm onCreated={setCreated} onCancel={close} />
      )}
    </Window>
  )
}

type FormProps = { onCreated: (user: User) => void; onCancel: () => void }

function CreateUserForm({ onCreated, onCancel }: FormProps): React.ReactNode {
  const { t, i18n } = useLingui()
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [displayName, setDisplayName] = useState('')
  const [role, setRole] = useState<Role>('user')
  const [source, setSource] = useState('local')
  const providers = useQuery(reading('GET /identity-providers')).data ?? []
  const [language, setLanguage] = useState<Language>(i18n.locale as Language)
  const create = useAction('POST /users', onCreated)
  const fault = useFaults(create.error)
  const shown = displayName.trim() === '' ? {} : { displayName }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        create.mutate({ body: { name, email, role, language, source, ...shown } })
      }}
    >
      <Stack gap="md">
        <TextInput
          label={t`User name`}
          description={t`Letters, digits, spaces and . _ - + @ ' are taken. Applications sign in with it; it cannot be changed later.`}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          required
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={fault('name')}
        />
        <TextInput
          label={t`E-mail`}
          type="email"
          autoComplete="off"
          required
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          error={fault('email')}
        />
        <TextInput
          label={t`Shown name`}
          description={t`May stay empty: then the user name is shown.`}
          autoComplete="off"
          value={displayName}
          onChange={(event) => setDisplayName(event.currentTarget.value)}
          error={fault('displayName')}
        />
        {providers.length > 0 && (
          <NativeSelect
            label={t`Signs in`}
            description={t`The invitation ties the person to the account there, and no password is set here.`}
            value={source}
            data={[
              { value: 'local', label: t`Here, with a password` },
              ...providers.map(({ id, name: shownName }) => ({ value: id, label: shownName })),
            ]}
            onChange={(event) => setSource(event.currentTarget.value)}
            error={fault('source')}
          />
        )}
        <Group grow align="flex-start">
          <NativeSelect
            label={t`Role`}
            value={role}
            data={ROLES.map((one) => ({ value: one, label: i18n._(ROLE_WORDS[one]) }))}
            onChange={(event) => setRole(event.currentTarget.value as Role)}
          />
          <NativeSelect
            label={t`Language`}
            value={language}
            data={LANGUAGES.map((one) => ({ value: one, label: LANGUAGE_NAMES[one] }))}
            onChange={(event) => setLanguage(event.currentTarget.value as Language)}
          />
        </Group>
        <Failure problem={create.error} fields={['name', 'email', 'displayName', 'source']} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            <Trans>Cancel</Trans>
          </Button>
          <Button type="submit" loading={create.isPending}>
            <Trans>Create and invite</Trans>
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
