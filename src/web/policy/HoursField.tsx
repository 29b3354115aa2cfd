/**
 * Days and hours: always, or in spans with their days, all in one time zone.
 */
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import {
  Button,
  Checkbox,
  Group,
  Input,
  Radio,
  Select,
  Stack,
  Text,
  TextInput,
} from '@mantine/core'
import { dayName, ownTimeZone, readHours, writeHours, type Span } from './hours.ts'
import classes from './HoursField.module.css'

type Props = {
  label: string
  value: readonly string[]
  onChange: (value: string[]) => void
  error: string | undefined
}

const WORKING_DAYS = [0, 1, 2, 3, 4]
const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6]

export function HoursField({ label, value, onChange, error }: Props): React.ReactNode {
  const { t } = useLingui()
  const spans = readHours(value)
  const timeZone = spans[0]?.timeZone ?? ownTimeZone()
  const set = (changed: readonly Span[]): void => onChange(writeHours(changed))
  const fresh = (): Span => ({ days: WORKING_DAYS, from: '08:00', to: '18:00', timeZone })
  return (
    <Input.Wrapper error={error} errorProps={{ mt: 4 }}>
      <Radio.Group
        aria-label={label}
        value={spans.length === 0 ? 'always' : 'hours'}
        onChange={(chosen) => set(chosen === 'always' ? [] : [fresh()])}
      >
        <Group gap="md">
          <Radio value="always" label={t`Always`} />
          <Radio value="hours" label={t`At these hours`} />
        </Group>
      </Radio.Group>
      {spans.length > 0 && (
        <Stack gap="xs" mt="xs">
          {spans.map((span, at) => (
            <SpanFields
              // A span has no name but its place.
              key={at}
              name={`${label}, ${at + 1}`}
              span={span}
              onChange={(changed) => set(spans.with(at, changed))}
              onRemove={
                spans.length > 1 ? () => set(spans.filter((_, other) => other !== at)) : null
              }
            />
          ))}
          <Group gap="xs" align="flex-end">
            <Select
              size="xs"
              flex="1 1 10rem"
              label={t`Time zone`}
              searchable
              allowDeselect={false}
              value={timeZone}
              data={timeZones(timeZone)}
              limit={100}
              nothingFoundMessage={t`There is no such time zone.`}
              onChange={(zone) => zone && set(spans.map((span) => ({ ...span, timeZone: zone })))}
            />
            <Button size="xs" variant="default" onClick={() => set([...spans, fresh()])}>
              <Trans>Add hours</Trans>
            </Button>
          </Group>
        </Stack>
      )}
    </Input.Wrapper>
  )
}

const timeZones = (chosen: string): string[] => [
  ...new Set([ownTimeZone(), chosen, 'UTC', ...Intl.supportedValuesOf('timeZone')]),
]

type SpanProps = {
  name: string
  span: Span
  onChange: (span: Span) => void
  /** null: it is the only one. */
  onRemove: (() => void) | null
}

function SpanFields({ name, span, onChange, onRemove }: SpanProps): React.ReactNode {
  const { t, i18n } = useLingui()
  // A clock says 00:00 for the end of a day as well as for its beginning.
  const end = span.to === '24:00' ? '00:00' : span.to
  return (
    <fieldset aria-label={name} className={classes.span}>
      <Checkbox.Group
        value={span.days.map(String)}
        onChange={(days) =>
          // The last day stays: a span without a day is none.
          days.length > 0 && onChange({ ...span, days: days.map(Number).sort((a, b) => a - b) })
        }
      >
        <div className={classes.days}>
          {EVERY_DAY.map((day) => (
            <label key={day} className={classes.day}>
              <Checkbox
                size="xs"
                value={String(day)}
                aria-label={dayName(day, i18n.locale, 'long')}
              />
              <span aria-hidden>{dayName(day, i18n.locale)}</span>
            </label>
          ))}
        </div>
      </Checkbox.Group>
      <Group gap="xs" align="center">
        <TextInput
          type="time"
          size="xs"
          w="7rem"
          aria-label={t`Begins at`}
          required
          value={span.from}
          onChange={({ currentTarget: { value } }) =>
            value !== '' && onChange({ ...span, from: value })
          }
        />
        <span aria-hidden>–</span>
        <TextInput
          type="time"
          size="xs"
          w="7rem"
          aria-label={t`Ends at`}
          required
          value={end}
          onChange={({ currentTarget: { value } }) =>
            value !== '' && onChange({ ...span, to: value === '00:00' ? '24:00' : value })
          }
        />
        {onRemove && (
          <Button size="compact-xs" variant="subtle" onClick={onRemove} aria-label={t`Remove`}>
            <Trans>Remove</Trans>
          </Button>
        )}
      </Group>
      {span.to < span.from && (
        <Text size="xs" c="dimmed">
          <Plural
            value={span.days.length}
            one="Until the day after."
            other="Each until the day after."
          />
        </Text>
      )}
    </fieldset>
  )
}
