/**
 * Choosing a second factor among those that policy takes and this server can do, and beginning it.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Alert, Button, Radio, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { call } from '../api/call.ts'
import { keysWork } from '../api/keys.ts'
import { useDeed } from '../api/query.ts'
import type { FactorKind, Session } from '../api/types.ts'
import { Failure } from '../parts/Failure.tsx'
import { useFaults } from '../parts/faults.ts'
import { justSent } from '../parts/seconds-until.ts'
import { NOT_SENT_WORDS } from '../sign-in/words.ts'
import { FACTOR_ABOUT, FACTOR_WORDS } from '../words/people.ts'
import { FACTOR_ORDER, type Begun } from './begun.ts'

type Props = { session: Pick<Session, 'kinds' | 'user'>; onBegun: (begun: Begun) => void }
type Typed = { name: string; email: string; number: string }

export function MethodStep({ session, onBegun }: Props): React.ReactNode {
  const { t, i18n } = useLingui()
  const kinds = FACTOR_ORDER.filter((kind) => session.kinds.includes(kind))
  const [kind, setKind] = useState<FactorKind>(kinds[0] ?? 'totp')
  const [typed, setTyped] = useState<Typed>({
    name: '',
    email: session.user?.email ?? '',
    number: '',
  })
  const start = useDeed(() => begin(kind, typed), onBegun)
  const fault = useFaults(start.error)
  if (kinds.length === 0)
    return (
      <Alert color="yellow" title={t`No second factor can be set up here`}>
        <Trans>
          Your organisation asks for a kind that this server cannot do now. Tell your administrator.
        </Trans>
      </Alert>
    )
  const field = (name: keyof Typed) => ({
    value: typed[name],
    error: fault(name),
    onChange: (event: React.ChangeEvent<HTMLInputElement>) =>
      setTyped({ ...typed, [name]: event.currentTarget.value }),
  })
  const unable = kind === 'webauthn' && !keysWork()
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        start.mutate()
      }}
    >
      <Stack gap="md">
        <Radio.Group
          label={t`Method`}
          value={kind}
          onChange={(value) => {
            start.reset()
            setKind(value)
          }}
        >
          <Stack gap="xs" mt="xs">
            {kinds.map((one) => (
              <Radio
                key={one}
                value={one}
                label={i18n._(FACTOR_WORDS[one])}
                description={i18n._(FACTOR_ABOUT[one])}
              />
            ))}
          </Stack>
        </Radio.Group>
        {kind === 'email' && (
          <TextInput
            label={t`E-mail`}
            type="email"
            autoComplete="email"
            required
            {...field('email')}
          />
        )}
        {kind === 'sms' && (
          <TextInput
            label={t`Mobile phone number`}
            description={t`With the country: +33 6 12 34 56 78.`}
            type="tel"
            autoComplete="tel"
            required
            {...field('number')}
          />
        )}
        <TextInput
          label={t`Name`}
          description={t`Tells several of them apart. May stay empty.`}
          {...field('name')}
        />
        {unable && (
          <Alert color="yellow">
            <Trans>
              This browser knows no passkeys. Choose another method, or another browser.
            </Trans>
          </Alert>
        )}
        <Failure
          problem={start.error}
          fields={['name', 'email', 'number']}
          words={kind === 'email' || kind === 'sms' ? NOT_SENT_WORDS : {}}
        />
        <Button type="submit" loading={start.isPending} disabled={unable}>
          <Trans>Next</Trans>
        </Button>
      </Stack>
    </form>
  )
}

async function begin(kind: FactorKind, { name, email, number }: Typed): Promise<Begun> {
  const named = name.trim() === '' ? {} : { name }
  switch (kind) {
    case 'totp':
      return { kind, setUp: await call('POST /me/second-factors/totp', { body: named }) }
    case 'webauthn':
      return { kind, setUp: await call('POST /me/second-factors/webauthn', { body: named }) }
    case 'email': {
      const body = { ...named, email }
      const again = async () => justSent(await call('POST /me/second-factors/email', { body }))
      return { kind, setUp: await again(), again }
    }
    case 'sms': {
      const body = { ...named, number }
      const again = async () => justSent(await call('POST /me/second-factors/sms', { body }))
      return { kind, setUp: await again(), again }
    }
  }
}
