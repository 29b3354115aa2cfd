/**
 * What is decided for oneself where it limits something, and by which level: everybody, a group, or
 * this person alone.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Text } from '@mantine/core'
import type { Profile, SettingName } from '../api/types.ts'
import { Fact, Facts } from '../parts/Facts.tsx'
import { Name } from '../parts/Name.tsx'
import { duration } from '../parts/moments.ts'
import { Section } from '../parts/Section.tsx'
import { useValueText } from '../security/value-text.ts'
import { SETTING_WORDS } from '../words/settings.ts'

type Decision = Profile['decisions'][number]

const isListed = (value: Decision['value']): boolean => Array.isArray(value) && value.length > 0
const isSet = (value: Decision['value']): boolean => value !== 0

/** In the order of the page; each says which of its values limits anything. */
const LIMITS: readonly [SettingName, (value: Decision['value'], me: Profile) => boolean][] = [
  ['second_factor', (value) => value !== 'offered'],
  ['second_factor_kinds', (value) => isListed(value) && (value as string[]).length < 4],
  ['app_passwords', (value) => value === 'forbidden'],
  ['app_passwords_need_second_factor', (value) => value === true],
  ['app_credentials_ttl', () => true],
  ['app_credentials_unused_ttl', isSet],
  ['app_passwords_per_person', () => true],
  ['gateways_allowed', (value) => Array.isArray(value) && value.length < 4],
  ['gateway_networks', isListed],
  ['gateway_hours', isListed],
  ['main_password_change', (value) => value !== 'keep'],
]

export function PolicySection({ me }: { me: Profile }): React.ReactNode {
  const { t, i18n } = useLingui()
  const textOf = useValueText()
  const limits = LIMITS.flatMap(([name, limitsBy]) => {
    const decision = me.decisions.find((one) => one.name === name)
    return decision && limitsBy(decision.value, me) ? [decision] : []
  })
  if (limits.length === 0) return null
  return (
    <Section
      title={t`What applies to you`}
      about={
        <Trans>Your administrator decides this, for everybody, for a group, or for you.</Trans>
      }
    >
      <Facts>
        {limits.map((decision) => (
          <Fact key={decision.name} label={i18n._(SETTING_WORDS[decision.name].label)}>
            {decision.name === 'app_credentials_ttl' ? (
              <Validity decision={decision} me={me} />
            ) : (
              textOf(decision.name, decision.value)
            )}{' '}
            <DecidedFor decision={decision} />
          </Fact>
        ))}
      </Facts>
    </Section>
  )
}

/** What is usual, and between which bounds a person can choose. */
function Validity({ decision, me }: { decision: Decision; me: Profile }): React.ReactNode {
  const { i18n } = useLingui()
  const { appCredentialsTtlMin: least, appCredentialsTtlMax: most } = me.policy
  const [usual, min, max] = [Number(decision.value), least, most].map((one) =>
    duration(one, i18n.locale),
  )
  return (
    <Trans>
      {usual}, from {min} to {max} as you choose
    </Trans>
  )
}

/** Only where it is not the same for everybody. */
function DecidedFor({ decision }: { decision: Decision }): React.ReactNode {
  if (decision.level === 'everybody') return null
  return (
    <Text span size="xs" c="dimmed">
      {decision.level === 'group' ? (
        <Trans>
          by the group <Name of={decision.groupName} />
        </Trans>
      ) : (
        <Trans>for you alone</Trans>
      )}
    </Text>
  )
}
