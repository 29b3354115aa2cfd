/**
 * How a directory is asked: where it is, by which account, and where people and groups are found.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import {
  Button,
  Checkbox,
  Collapse,
  PasswordInput,
  SimpleGrid,
  Stack,
  Textarea,
  TextInput,
} from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { ForAdministrators, useMayChange } from '../parts/ForAdministrators.tsx'
import { exact } from '../parts/moments.ts'
import { FormPart } from './FormPart.tsx'
import type { DraftName } from './provider-draft.ts'
import type { PartProps } from './ProviderForm.tsx'

/** What stands in the fold. */
const FOLDED: readonly DraftName[] = [
  'ca',
  'userFilter',
  'idAttribute',
  'nameAttribute',
  'emailAttribute',
  'displayNameAttribute',
]

/** Braces have a meaning of their own in the words of a page. */
const TYPED = '{name}'

/** What each flavour uses where a field is empty. */
const USUAL = {
  active_directory: {
    userFilter:
      '(&(objectCategory=person)(objectClass=user)(|(sAMAccountName={name})(userPrincipalName={name})(mail={name})))',
    idAttribute: 'objectGUID',
    nameAttribute: 'sAMAccountName',
    emailAttribute: 'mail',
    displayNameAttribute: 'displayName',
  },
  other: {
    userFilter: '(&(objectClass=person)(|(uid={name})(mail={name})))',
    idAttribute: 'entryUUID',
    nameAttribute: 'uid',
    emailAttribute: 'mail',
    displayNameAttribute: 'displayName',
  },
} as const

export function DirectoryFields({ draft, set, fault, text, existing }: PartProps): React.ReactNode {
  const { t, i18n } = useLingui()
  const [more, { toggle }] = useDisclosure(false)
  const mayChange = useMayChange()
  // Who only reads cannot press what unfolds.
  const unfolded = more || !mayChange || FOLDED.some((name) => fault(name) !== undefined)
  const usual = USUAL[draft.flavour]
  const setAt = existing?.secretSetAt ?? null
  const ad = draft.flavour === 'active_directory'
  return (
    <FormPart
      title={t`The directory`}
      about={
        <Trans>
          People are found with an account that may only read, then signed in with what they typed.
          Application passwords are never sent there.
        </Trans>
      }
    >
      <Textarea
        label={t`Addresses`}
        description={t`One on a line, tried in this order. ldaps:// is encrypted by itself; ldap:// needs StartTLS.`}
        placeholder={'ldaps://dc1.example.com\nldaps://dc2.example.com'}
        required
        autosize
        minRows={2}
        {...text('urls')}
      />
      <Checkbox
        label={t`StartTLS on ldap:// addresses`}
        checked={draft.startTls}
        onChange={(event) => set({ startTls: event.currentTarget.checked })}
        error={fault('startTls')}
      />
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput
          label={t`Account that searches`}
          description={ad ? t`Its DN, or user@example.com.` : t`Its DN.`}
          placeholder={ad ? 'passerelle@example.com' : 'cn=passerelle,dc=example,dc=com'}
          required
          {...text('bindDn')}
        />
        <PasswordInput
          label={t`Password of that account`}
          {...text('password')}
          required={setAt === null}
          autoComplete="new-password"
          description={
            setAt === null
              ? t`It is sealed, and never shown again.`
              : t`Set on ${exact(setAt, i18n.locale)}. Leave empty to keep it.`
          }
        />
        <TextInput
          label={t`People are below`}
          placeholder="dc=example,dc=com"
          required
          {...text('baseDn')}
        />
        <TextInput
          label={t`Groups are below`}
          description={t`They become groups here. Empty: groups are not taken over.`}
          placeholder="ou=Groups,dc=example,dc=com"
          {...text('groupBaseDn')}
        />
        <TextInput
          label={t`Only members of this group come in`}
          description={t`Its DN. Empty: everybody who is found.`}
          placeholder="cn=Passerelle,ou=Groups,dc=example,dc=com"
          {...text('requiredGroupDn')}
        />
      </SimpleGrid>
      <Checkbox
        label={t`Members of groups in a group count as its members`}
        checked={draft.nestedGroups}
        onChange={(event) => set({ nestedGroups: event.currentTarget.checked })}
        error={fault('nestedGroups')}
      />
      <div>
        <ForAdministrators>
          <Button
            variant="subtle"
            size="compact-sm"
            px={0}
            onClick={toggle}
            aria-expanded={unfolded}
          >
            {unfolded ? <Trans>Less</Trans> : <Trans>More: authority, filter, attributes</Trans>}
          </Button>
        </ForAdministrators>
        <Collapse expanded={unfolded}>
          <Stack gap="md" mt="xs">
            <Textarea
              label={t`Own certificate authority (PEM)`}
              description={t`Empty: those that the system of this server trusts.`}
              placeholder="-----BEGIN CERTIFICATE-----"
              autosize
              minRows={2}
              maxRows={10}
              {...text('ca')}
            />
            <Textarea
              label={t`Filter for people`}
              description={t`${TYPED} stands for what was typed. Empty: as shown.`}
              placeholder={usual.userFilter}
              autosize
              {...text('userFilter')}
            />
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              <TextInput
                label={t`Attribute of the identity`}
                description={t`It must never change and never be given to somebody else.`}
                placeholder={usual.idAttribute}
                {...text('idAttribute')}
              />
              <TextInput
                label={t`Attribute of the name`}
                placeholder={usual.nameAttribute}
                {...text('nameAttribute')}
              />
              <TextInput
                label={t`Attribute of the e-mail`}
                placeholder={usual.emailAttribute}
                {...text('emailAttribute')}
              />
              <TextInput
                label={t`Attribute of the shown name`}
                placeholder={usual.displayNameAttribute}
                {...text('displayNameAttribute')}
              />
            </SimpleGrid>
          </Stack>
        </Collapse>
      </div>
    </FormPart>
  )
}
