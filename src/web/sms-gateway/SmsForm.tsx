/**
 * The request of the SMS gateway as a template, and how a message would look.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import {
  Button,
  Code,
  Group,
  NativeSelect,
  PasswordInput,
  SimpleGrid,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core'
import { useState } from 'react'
import { useAction } from '../api/query.ts'
import type { SmsGateway } from '../api/types.ts'
import { Ago } from '../parts/Ago.tsx'
import { Failure } from '../parts/Failure.tsx'
import { useFaults } from '../parts/faults.ts'
import { Fields, ForAdministrators } from '../parts/ForAdministrators.tsx'
import { exact } from '../parts/moments.ts'
import { Name } from '../parts/Name.tsx'
import { tell } from '../parts/tell.ts'
import { draftOf, EMPTY, preview, sentOf, type Draft } from './sms-draft.ts'

const FIELDS = ['url', 'method', 'headers', 'contentType', 'body', 'secret']
/** Braces have a meaning of their own in the words of a page. */
const PLACES = { number: '{{number}}', text: '{{text}}', secret: '{{secret}}' }
const BELOW: ('label' | 'input' | 'description' | 'error')[] = [
  'label',
  'input',
  'description',
  'error',
]

export function SmsForm({ existing }: { existing: SmsGateway | null }): React.ReactNode {
  const { t, i18n } = useLingui()
  const [draft, setDraft] = useState<Draft>(() => (existing ? draftOf(existing) : EMPTY))
  const save = useAction('PUT /sms-gateway', () => tell(t`The SMS gateway was saved.`))
  const fault = useFaults(save.error)
  const set = (patch: Partial<Draft>): void => {
    save.reset()
    setDraft({ ...draft, ...patch })
  }
  const setAt = existing?.secretSetAt ?? null
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate({ body: sentOf(draft) })
      }}
    >
      <Fields>
        <Stack gap="md">
          <Text size="sm" maw="44rem">
            <Trans>
              Where <Code>{PLACES.number}</Code>, <Code>{PLACES.text}</Code> and{' '}
              <Code>{PLACES.secret}</Code> stand, each message fills in the number, the text and the
              secret, written as the content type asks.
            </Trans>
          </Text>
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TextInput
              label={t`Address`}
              placeholder="https://sms.example.com/v1/messages"
              required
              autoComplete="off"
              spellCheck={false}
              value={draft.url}
              onChange={(event) => set({ url: event.currentTarget.value })}
              error={fault('url')}
            />
            <SimpleGrid cols={2}>
              <NativeSelect
                label={t`HTTP method`}
                value={draft.method}
                data={['POST', 'PUT', 'GET']}
                onChange={({ currentTarget: { value } }) =>
                  set({
                    method: value as Draft['method'],
                    ...(value === 'GET' ? { contentType: 'none' } : {}),
                  })
                }
                error={fault('method')}
              />
              <NativeSelect
                label={t`Content type`}
                value={draft.contentType}
                data={[
                  { value: 'json', label: 'JSON' },
                  { value: 'form', label: t`Form` },
                  { value: 'text', label: t`Plain text` },
                  { value: 'none', label: t`No body` },
                ]}
                onChange={(event) =>
                  set({ contentType: event.currentTarget.value as Draft['contentType'] })
                }
                error={fault('contentType')}
              />
            </SimpleGrid>
          </SimpleGrid>
          <Textarea
            label={t`Headers`}
            description={t`One on a line: Name: value.`}
            inputWrapperOrder={BELOW}
            autosize
            minRows={2}
            spellCheck={false}
            value={draft.headers}
            onChange={(event) => set({ headers: event.currentTarget.value })}
            error={fault('headers')}
          />
          {draft.contentType !== 'none' && (
            <Textarea
              label={t`Body`}
              autosize
              minRows={3}
              spellCheck={false}
              value={draft.body}
              onChange={(event) => set({ body: event.currentTarget.value })}
              error={fault('body')}
            />
          )}
          <PasswordInput
            label={t`Secret`}
            description={
              setAt === null
                ? t`The key of the service, for ${PLACES.secret}. It is sealed, and never shown again.`
                : t`Set on ${exact(setAt, i18n.locale)}. Leave empty to keep it.`
            }
            inputWrapperOrder={BELOW}
            maw="28rem"
            autoComplete="new-password"
            value={draft.secret}
            onChange={(event) => set({ secret: event.currentTarget.value })}
            error={fault('secret')}
          />
          <div>
            <Text size="sm" fw={500}>
              <Trans>A message would be sent as</Trans>
            </Text>
            <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
              {preview(draft, t`Passerelle: your code is 12345678`)}
            </Code>
          </div>
          <Failure problem={save.error} fields={FIELDS} />
          <ForAdministrators>
            <Group justify="flex-end">
              <Button type="submit" loading={save.isPending}>
                <Trans>Save</Trans>
              </Button>
            </Group>
          </ForAdministrators>
          {existing && (
            <Text size="xs" c="dimmed">
              <Trans>
                Changed <Ago at={existing.updatedAt} /> by <Name of={existing.updatedBy} />
              </Trans>
            </Text>
          )}
        </Stack>
      </Fields>
    </form>
  )
}
