/**
 * Who a user is: what an administrator can change of it, and who changed it last.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Group, NativeSelect, SimpleGrid, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useAction } from '../api/query.ts'
import type { Language, Role, User } from '../api/types.ts'
import { LANGUAGE_NAMES, LANGUAGES } from '../i18n.ts'
import { Failure } from '../parts/Failure.tsx'
import { useFaults } from '../parts/faults.ts'
import { Fields, ForAdministrators } from '../parts/ForAdministrators.tsx'
import { QuotaField } from '../parts/QuotaField.tsx'
import { Section } from '../parts/Section.tsx'
import { Usage } from '../parts/Usage.tsx'
import { WhoWhen } from '../parts/WhoWhen.tsx'
import { tell } from '../parts/tell.ts'
import { ROLE_WORDS, ROLES, sourceWords } from '../words/people.ts'

const FIELDS = ['email', 'displayName', 'role', 'language', 'quotaBytes']

export function UserIdentity({ user }: { user: User }): React.ReactNode {
  const { t, i18n } = useLingui()
  const [email, setEmail] = useState(user.email)
  const [displayName, setDisplayName] = useState(user.displayName)
  const [role, setRole] = useState<Role>(user.role)
  const [language, setLanguage] = useState<Language>(user.language)
  const [quotaBytes, setQuotaBytes] = useState(user.quotaBytes)
  const save = useAction('PATCH /users/:id', () => tell(t`The user was changed.`))
  const fault = useFaults(save.error)
  const changed = changes(user, { email, displayName, role, language, quotaBytes })
  return (
    <Section title={t`Identity`}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate({ params: { id: user.id }, body: changed })
        }}
      >
        <Fields>
          <Stack gap="md">
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              <TextInput
                label={t`User name`}
                description={sourceWords(user, (words) => i18n._(words))}
                value={user.name}
                readOnly
                variant="filled"
              />
              <TextInput
                label={t`Shown name`}
                description={t`For people; applications use the user name.`}
                autoComplete="off"
                value={displayName}
                onChange={(event) => setDisplayName(event.currentTarget.value)}
                error={fault('displayName')}
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
              <NativeSelect
                label={t`Language`}
                value={language}
                data={LANGUAGES.map((one) => ({ value: one, label: LANGUAGE_NAMES[one] }))}
                onChange={(event) => setLanguage(event.currentTarget.value as Language)}
              />
              <NativeSelect
                label={t`Role`}
                value={role}
                data={ROLES.map((one) => ({ value: one, label: i18n._(ROLE_WORDS[one]) }))}
                onChange={(event) => setRole(event.currentTarget.value as Role)}
                error={fault('role')}
              />
              <QuotaField value={quotaBytes} onChange={setQuotaBytes} error={fault('quotaBytes')} />
            </SimpleGrid>
            <Usage used={user.usedBytes} quota={user.quotaBytes} />
            <Failure problem={save.error} fields={FIELDS} />
            <Group justify="space-between" align="flex-end">
              <WhoWhen of={user} />
              <ForAdministrators>
                <Button
                  type="submit"
                  loading={save.isPending}
                  disabled={Object.keys(changed).length === 0}
                >
                  <Trans>Save</Trans>
                </Button>
              </ForAdministrators>
            </Group>
          </Stack>
        </Fields>
      </form>
    </Section>
  )
}

type Editable = Pick<User, 'email' | 'displayName' | 'role' | 'language' | 'quotaBytes'>

/** What is not as it was: an unchanged field is not sent, and so not in the audit either. */
function changes(user: User, typed: Editable): Partial<Editable> {
  return Object.fromEntries(
    Object.entries(typed).filter(([name, value]) => user[name as keyof Editable] !== value),
  )
}
