/**
 * Configuration, security: every setting, with its name in the API, its default, who changed it and
 * when. All changes are sent together, because settings can contradict each other.
 */
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Button, Group, Paper, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { reading, useAction } from '../api/query.ts'
import type { Setting, SettingName } from '../api/types.ts'
import { Failure } from '../parts/Failure.tsx'
import { useFaults } from '../parts/faults.ts'
import { Loaded } from '../parts/Loaded.tsx'
import { Page } from '../parts/Page.tsx'
import { Section } from '../parts/Section.tsx'
import { tell } from '../parts/tell.ts'
import { SETTING_GROUPS } from '../words/settings.ts'
import classes from './SecurityPage.module.css'
import { SettingRow } from './SettingRow.tsx'

export function SecurityPage(): React.ReactNode {
  const { t } = useLingui()
  const settings = useQuery(reading('GET /settings'))
  return (
    <Page title={t`Security`}>
      <Loaded query={settings}>{(rows) => <SettingsForm rows={rows} />}</Loaded>
    </Page>
  )
}

type Changed = Partial<Record<SettingName, Setting['value']>>

function SettingsForm({ rows }: { rows: readonly Setting[] }): React.ReactNode {
  const { t, i18n } = useLingui()
  const [typed, setTyped] = useState<Changed>({})
  const save = useAction('PATCH /settings', () => {
    setTyped({})
    tell(t`The settings were changed, and apply from now on.`)
  })
  const fault = useFaults(save.error)
  const changed = Object.fromEntries(
    rows.flatMap(({ name, value }) => {
      const wanted = typed[name]
      return wanted === undefined || wanted === value ? [] : [[name, wanted]]
    }),
  ) as Changed
  const count = Object.keys(changed).length
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate({ body: changed as never })
      }}
    >
      <Stack gap="lg">
        {SETTING_GROUPS.map((group) => (
          <Section key={group.names.join()} title={i18n._(group.title)}>
            {group.names.map((name) => {
              const setting = rows.find((one) => one.name === name)
              return (
                setting && (
                  <SettingRow
                    key={name}
                    setting={setting}
                    value={typed[name] ?? setting.value}
                    onChange={(value) => setTyped({ ...typed, [name]: value })}
                    error={fault(name)}
                  />
                )
              )
            })}
          </Section>
        ))}
        <Paper withBorder p="sm" className={classes.bar} data-changed={count > 0 || undefined}>
          <Stack gap="xs">
            <Failure problem={save.error} fields={rows.map(({ name }) => name)} />
            <Group justify="space-between" gap="xs">
              <Text size="sm" c="dimmed" component="output">
                {count === 0 ? (
                  <Trans>Nothing changed yet.</Trans>
                ) : (
                  <Plural value={count} one="# setting changed" other="# settings changed" />
                )}
              </Text>
              <Group gap="xs">
                <Button
                  variant="default"
                  disabled={count === 0}
                  onClick={() => {
                    setTyped({})
                    save.reset()
                  }}
                >
                  <Trans>Discard</Trans>
                </Button>
                <Button type="submit" disabled={count === 0} loading={save.isPending}>
                  <Trans>Save</Trans>
                </Button>
              </Group>
            </Group>
          </Stack>
        </Paper>
      </Stack>
    </form>
  )
}
