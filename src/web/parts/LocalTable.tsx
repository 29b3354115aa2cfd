/**
 * A table whose rows are all here: sorted and filtered in the page, both kept in the address.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Group, Stack, TextInput } from '@mantine/core'
import { DataTable, type Column } from './DataTable.tsx'
import { useSorting, useTypedUrlState, type Sorting } from './url-state.ts'

/** Fewer rows are seen at a glance. */
const FILTER_FROM = 6

type Props<Row> = {
  /** Tells the tables of a page apart in the address. */
  name: string
  label: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  rowKey: (row: Row) => string
  initial: Sorting
  /** What the filter looks in. */
  text: (row: Row) => string
  empty: React.ReactNode
  /** Further filters, beside the one that is typed. */
  filters?: React.ReactNode
}

export function LocalTable<Row>(props: Props<Row>): React.ReactNode {
  const { t, i18n } = useLingui()
  const [sorting, sortBy] = useSorting(`${props.name}.`, props.initial)
  const [filter, setFilter] = useTypedUrlState(`${props.name}.search`)
  const typed = props.rows.length >= FILTER_FROM || filter !== ''
  const wanted = filter.trim().toLocaleLowerCase(i18n.locale)
  const found = props.rows.filter((row) =>
    props.text(row).toLocaleLowerCase(i18n.locale).includes(wanted),
  )
  return (
    <Stack gap="xs">
      {(typed || props.filters) && (
        <Group gap="xs">
          {typed && (
            <TextInput
              size="xs"
              w={{ base: '100%', xs: '20rem' }}
              type="search"
              placeholder={t`Filter`}
              aria-label={`${t`Filter`}: ${props.label}`}
              value={filter}
              onChange={(event) => setFilter(event.currentTarget.value)}
            />
          )}
          {props.filters}
        </Group>
      )}
      <DataTable
        label={props.label}
        columns={props.columns}
        rows={sorted(found, props.columns, sorting, i18n.locale)}
        rowKey={props.rowKey}
        sorting={sorting}
        onSort={sortBy}
        empty={
          props.rows.length === 0 ? props.empty : <Trans>Nothing fits this filter: clear it.</Trans>
        }
      />
    </Stack>
  )
}

function sorted<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  { by, order }: Sorting,
  locale: string,
): readonly Row[] {
  const value = columns.find(({ key }) => key === by)?.sort
  if (!value) return rows
  const { compare } = new Intl.Collator(locale, { numeric: true })
  const sign = order === 'desc' ? -1 : 1
  return rows.toSorted((a, b) => {
    const [left, right] = [value(a), value(b)]
    if (typeof left === 'number' && typeof right === 'number') return sign * (left - right)
    return sign * compare(String(left), String(right))
  })
}
