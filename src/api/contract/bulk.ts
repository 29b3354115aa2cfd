/**
 * The contract: work on many users at once.
 */
import { z } from 'zod'
import { DEEDS } from '#domain/bulk.ts'
import { FACTOR_FILTERS, LISTED_STATES, ROLES } from '#domain/user.ts'
import { BulkFailureView, BulkJobView, BulkPreviewView } from '../bulk-views.ts'
import { rows, type Route } from './route.ts'

/** What a page can select by hand; whoever wants more selects all that match. */
const MOST_IDS = 10_000
const ids = z.array(z.string().min(1).max(64)).max(MOST_IDS)
/** Two lists of ids with their quotes and commas. */
const MOST_BYTES = 1024 * 1024

/** What `GET /users` filters by. */
export const userFilter = {
  search: z.string().max(256).optional(),
  role: z.enum(ROLES).optional(),
  state: z
    .enum(LISTED_STATES)
    .optional()
    .describe('frozen: active here, and not known to be alive where the person is from.'),
  source: z.string().max(64).optional().describe('local, or the id of an identity provider.'),
  group: z.string().max(64).optional().describe('Id: its members.'),
  factor: z
    .enum(FACTOR_FILTERS)
    .optional()
    .describe('required: policy asks this person for a second factor, set up or not.'),
}

const work = z.strictObject({
  deed: z.enum(DEEDS),
  groupId: z.string().max(64).optional().describe('For group_add and group_remove.'),
  contactMethodsAgain: z
    .boolean()
    .default(false)
    .describe('settings: present second factors no longer suffice, each person sets up anew.'),
  deleteAppPasswords: z.boolean().default(false).describe('settings: all valid ones end.'),
  forgetDevices: z
    .boolean()
    .default(false)
    .describe('settings: remembered browsers ask for the second factor again.'),
  ids: ids.optional().describe('Who is selected, one by one; or else `all`.'),
  all: z.literal(true).optional().describe('All whom the filter finds, but for `except`.'),
  except: ids.optional(),
  ...userFilter,
})

export const bulkRoutes = {
  'POST /users/bulk/preview': {
    access: 'administrator',
    about: 'What work on many users would do, without doing it.',
    recent: true,
    body: work,
    mostBytes: MOST_BYTES,
    answer: BulkPreviewView,
    problems: ['not_found', 'conflict'],
  },
  'POST /users/bulk': {
    access: 'administrator',
    about:
      'Begins work on many users, and answers at once. Who is selected is decided now: people who fit only later are not touched.',
    recent: true,
    body: work,
    mostBytes: MOST_BYTES,
    answer: BulkJobView,
    status: 201,
    problems: ['not_found', 'conflict'],
  },
  'GET /users/bulk': {
    access: 'auditor',
    about: 'The newest works on many users, at most 20.',
    answer: rows(BulkJobView),
  },
  'GET /users/bulk/:id': {
    access: 'auditor',
    about: 'How far a work is, and each person of whom it was not done, at most 1,000.',
    answer: BulkJobView.extend({ failures: rows(BulkFailureView) }),
    problems: ['not_found'],
  },
} as const satisfies Record<string, Route>
