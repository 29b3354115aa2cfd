/**
 * Sends one message through the SMS gateway as it is saved, and says what became of it.
 */
import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { Alert, Button, Group, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useAction } from '../api/query.ts'
import type { SmsTest as Outcome } from '../api/types.ts'
import { Failure } from '../parts/Failure.tsx'
import { useFaults } from '../parts/faults.ts'
import { Section } from '../parts/Section.tsx'

const OUTCOME_WORDS: Record<Outcome['outcome'], MessageDescriptor> = {
  sent: msg`The gateway has taken the message. See whether it arrives.`,
  refused: msg`The gateway has refused it: check the secret, the headers and the body against what the service asks for.`,
  dns: msg`The name of the host is not known.`,
  tls: msg`The certificate of the gateway is not trusted.`,
  timeout: msg`The gateway does not answer in time.`,
  network: msg`The gateway cannot be reached.`,
  too_large: msg`The gateway answers more than is taken.`,
  not_allowed: msg`The host is in a network that the operator has not opened.`,
}

export function SmsTest(): React.ReactNode {
  const { t, i18n } = useLingui()
  const [number, setNumber] = useState('')
  const test = useAction('POST /sms-gateway/test')
  const fault = useFaults(test.error)
  return (
    <Section title={t`Test`} about={<Trans>Sends one message through what is saved.</Trans>}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          test.mutate({ body: { number } })
        }}
      >
        <Group gap="xs" align="flex-end">
          <TextInput
            label={t`Phone number`}
            placeholder="+33612345678"
            type="tel"
            required
            w={{ base: '100%', xs: '16rem' }}
            value={number}
            onChange={(event) => setNumber(event.currentTarget.value)}
            error={fault('number')}
          />
          <Button type="submit" variant="default" loading={test.isPending}>
            <Trans>Send</Trans>
          </Button>
        </Group>
      </form>
      <Failure problem={test.error} fields={['number']} />
      {test.data && (
        <Alert
          color={test.data.outcome === 'sent' ? 'green' : 'red'}
          component="output"
          display="block"
        >
          {i18n._(OUTCOME_WORDS[test.data.outcome])}
          {test.data.status !== null && ` (HTTP ${test.data.status})`}
        </Alert>
      )}
    </Section>
  )
}
