/**
 * The second factor: the person's methods, the last used first.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Anchor, Button, Group, Stack, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useAction } from '../api/query.ts'
import { sessionReading } from '../api/session.ts'
import type { Method } from '../api/types.ts'
import { useSignOut } from '../frame/sign-out.ts'
import { CodeField } from '../parts/CodeField.tsx'
import { Failure } from '../parts/Failure.tsx'
import { SmallPage } from '../parts/SmallPage.tsx'
import { METHOD_WORDS } from '../words/people.ts'
import { useGoOn } from './go-on.ts'
import { WRONG_WORDS } from './words.ts'

export function SecondFactorPage(): React.ReactNode {
  const { t, i18n } = useLingui()
  const methods = useQuery(sessionReading()).data?.methods ?? []
  const [chosen, setChosen] = useState<Method | null>(null)
  const method = chosen ?? methods[0] ?? 'totp'
  const signOut = useSignOut()
  return (
    <SmallPage
      title={t`Second factor`}
      about={
        method === 'totp' ? (
          <Trans>Open the authenticator app on your phone and type the six digits it shows.</Trans>
        ) : (
          <Trans>Type one of the recovery codes that you kept. Each one works once.</Trans>
        )
      }
    >
      <MethodForm key={method} method={method} />
      <Group justify="space-between" gap="xs">
        {methods
          .filter((other) => other !== method)
          .map((other) => (
            <Anchor
              key={other}
              component="button"
              type="button"
              size="sm"
              onClick={() => setChosen(other)}
            >
              <Trans>Use instead: {i18n._(METHOD_WORDS[other])}</Trans>
            </Anchor>
          ))}
        <Anchor component="button" type="button" size="sm" onClick={signOut}>
          <Trans>Sign in as somebody else</Trans>
        </Anchor>
      </Group>
    </SmallPage>
  )
}

function MethodForm({ method }: { method: Method }): React.ReactNode {
  const { t } = useLingui()
  const [code, setCode] = useState('')
  const give = useAction('POST /session/second-factor', useGoOn())
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        give.mutate({ body: { kind: method, code } })
      }}
    >
      <Stack gap="md">
        {method === 'totp' ? (
          <CodeField label={t`Code`} value={code} onChange={setCode} />
        ) : (
          <TextInput
            label={t`Recovery code`}
            required
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
          />
        )}
        <Failure problem={give.error} words={WRONG_WORDS} />
        <Button type="submit" loading={give.isPending} fullWidth>
          <Trans>Go on</Trans>
        </Button>
      </Stack>
    </form>
  )
}
