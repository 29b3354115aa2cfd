/**
 * A table: sorted by a click on a heading; where there is no room for its
 * columns, each row is a small card with its labels.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Button, NativeSelect, Table, UnstyledButton } from '@mantine/core'
import classes from './DataTable.module.css'
import { Empty } from './Empty.tsx'
import type { Sorting } from './url-state.ts'

export type Column<Row> = {
  key: string
  title: string
  /** Shown on top instead of the title. */
  heading?: React.ReactNode
  render: (row: Row) => React.ReactNode
  /** What the rows are sorted by; a table sorted by the server only asks whether it is there. */
  sort?: (row: Row) => string | number
  /** Buttons: the title is for screen readers only. */
  actions?: boolean
  /** Short and better on one line. */
  nowrap?: boolean
  /** No wider than what is in it. */
  snug?: boolean
  /** Left out where the window is narrow. */
  wide?: boolean
}

type Props<Row> = {
  label: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  rowKey: (row: Row) => string
  sorting?: Sorting
  onSort?: (by: string) => void
  empty: React.ReactNode
}

export function DataTable<Row>(props: Props<Row>): React.ReactNode {
  const { columns, rows } = props
  if (rows.length === 0) return <Empty>{props.empty}</Empty>
  return (
    <div className={classes.box}>
      <SortSelect {...props} />
      <Table className={classes.table} aria-label={props.label} verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Heading key={column.key} column={column} {...props} />
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={props.rowKey(row)}>
              {columns.map((column) => (
                <Table.Td
                  key={column.key}
                  data-label={column.actions ? undefined : column.title}
                  data-actions={column.actions || undefined}
                  data-nowrap={column.nowrap || undefined}
                  data-snug={column.snug || undefined}
                  data-wide={column.wide || undefined}
                >
                  <div>{column.render(row)}</div>
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}

function Heading<Row>({ column, sorting, onSort }: Props<Row> & { column: Column<Row> }) {
  const sorted = sorting?.by === column.key
  const direction = sorting?.order === 'desc' ? 'descending' : 'ascending'
  if (!column.sort || !onSort)
    return (
      <Table.Th>
        {column.heading ?? (
          <span className={column.actions ? classes.hidden : undefined}>{column.title}</span>
        )}
      </Table.Th>
    )
  return (
    <Table.Th aria-sort={sorted ? direction : 'none'}>
      <UnstyledButton className={classes.sort} onClick={() => onSort(column.key)}>
        {column.title}
        <span className={classes.arrow} aria-hidden>
          {sorted && (direction === 'ascending' ? '↑' : '↓')}
        </span>
      </UnstyledButton>
    </Table.Th>
  )
}

/** The headings of the cards of a narrow screen cannot be clicked: the order is chosen here. */
function SortSelect<Row>({ columns, rows, sorting, onSort, label }: Props<Row>): React.ReactNode {
  const { t } = useLingui()
  const sortable = columns.filter((column) => column.sort)
  if (!onSort || !sorting || sortable.length === 0 || rows.length < 2) return null
  return (
    <div className={classes.narrow}>
      <NativeSelect
        size="xs"
        label={<Trans>Sort by</Trans>}
        aria-label={`${t`Sort by`}: ${label}`}
        value={sorting.by}
        data={sortable.map(({ key, title }) => ({ value: key, label: title }))}
        onChange={(event) => onSort(event.currentTarget.value)}
      />
      <Button
        size="xs"
        variant="default"
        aria-label={t`Reverse the order`}
        onClick={() => onSort(sorting.by)}
      >
        <span aria-hidden>{sorting.order === 'asc' ? '↑' : '↓'}</span>
      </Button>
    </div>
  )
}
