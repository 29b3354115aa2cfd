/**
 * Whom a provider lets in here, and who is led there by the name that they type.
 */
import { useLingui } from '@lingui/react/macro'
import { Radio, Stack, Textarea } from '@mantine/core'
import { FormPart } from './FormPart.tsx'
import { isDirectory } from './provider-draft.ts'
import type { PartProps } from './ProviderForm.tsx'

export function WhoComesIn({ choice, draft, set, fault, text }: PartProps): React.ReactNode {
  const { t } = useLingui()
  const directory = isDirectory(choice)
  return (
    <FormPart title={t`Who comes in`}>
      <Radio.Group
        aria-label={t`Who comes in`}
        value={draft.provisioning}
        onChange={(value) => set({ provisioning: value === 'create' ? 'create' : 'invited' })}
        error={fault('provisioning')}
      >
        <Stack gap="xs">
          <Radio
            value="invited"
            label={t`Only people who were invited, or came over SCIM`}
            description={
              directory
                ? t`Create the user first, as coming from this directory and with the name that it has there.`
                : t`Create the user first; the link that the user gets ties the two together.`
            }
          />
          <Radio
            value="create"
            label={t`Everybody who may sign in there`}
            description={t`A user is made at the first sign-in.`}
          />
        </Stack>
      </Radio.Group>
      <Textarea
        label={t`Domains of names`}
        description={
          directory
            ? t`One on a line. Who types a name that ends in @ and one of these is asked for the password of this directory.`
            : t`One on a line. Who types a name that ends in @ and one of these is led to this provider.`
        }
        placeholder="example.com"
        autosize
        minRows={1}
        maw="28rem"
        {...text('domains')}
      />
    </FormPart>
  )
}
