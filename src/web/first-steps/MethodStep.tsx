/**
 * Choosing a second factor, and beginning to set it up.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Button, Radio, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useAction } from '../api/query.ts'
import type { TotpSetUp } from '../api/types.ts'
import { Failure } from '../parts/Failure.tsx'
import { useFaults } from '../parts/faults.ts'

export function MethodStep({ onBegun }: { onBegun: (begun: TotpSetUp) => void }): React.ReactNode {
  const { t } = useLingui()
  const [name, setName] = useState('')
  const begin = useAction('POST /me/second-factors/totp', onBegun)
  const fault = useFaults(begin.error)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        begin.mutate({ body: name.trim() === '' ? {} : { name } })
      }}
    >
      <Stack gap="md">
        <Radio.Group label={t`Method`} value="totp">
          <Radio
            mt="xs"
            value="totp"
            label={t`Authenticator app`}
            description={t`An app on your phone that shows six digits: Microsoft Authenticator, Google Authenticator, Aegis, 2FAS, a password manager …`}
          />
        </Radio.Group>
        <TextInput
          label={t`Name`}
          description={t`Tells several phones apart. May stay empty.`}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={fault('name')}
        />
        <Failure problem={begin.error} fields={['name']} />
        <Button type="submit" loading={begin.isPending}>
          <Trans>Next</Trans>
        </Button>
      </Stack>
    </form>
  )
}
