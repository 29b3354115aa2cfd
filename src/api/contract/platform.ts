/**
 * The contract: shared folders, settings and audit.
 */
import { z } from 'zod'
import { SETTINGS, SETTING_NAMES } from '#domain/policy.ts'
import { AuditRowView, IntegrityView, SettingView, SharedFolderView } from '../views.ts'
import { Nothing, name, rows, type Route } from './route.ts'

const SettingsPatch = z.strictObject(
  Object.fromEntries(SETTING_NAMES.map((one) => [one, SETTINGS[one].schema.optional()])) as {
    [one in (typeof SETTING_NAMES)[number]]: z.ZodOptional<(typeof SETTINGS)[one]['schema']>
  },
)

export const platformRoutes = {
  'GET /shared-folders': {
    access: 'auditor',
    about: 'Shared folders and their members.',
    answer: rows(SharedFolderView),
  },
  'POST /shared-folders': {
    access: 'administrator',
    about: 'Creates a shared folder.',
    recent: true,
    body: z.strictObject({ name }),
    answer: SharedFolderView,
    status: 201,
    problems: ['conflict'],
  },
  'PATCH /shared-folders/:id': {
    access: 'administrator',
    about: 'Renames a shared folder.',
    recent: true,
    body: z.strictObject({ name }),
    answer: SharedFolderView,
    problems: ['not_found', 'conflict'],
  },
  'DELETE /shared-folders/:id': {
    access: 'administrator',
    about: 'Deletes a shared folder. Its files stay on the disk until the operator removes them.',
    recent: true,
    answer: Nothing,
    status: 204,
    problems: ['not_found'],
  },
  'PUT /shared-folders/:id/members/:userId': {
    access: 'administrator',
    about: 'Makes a user a member, or changes the access.',
    recent: true,
    body: z.strictObject({ access: z.enum(['read', 'write']) }),
    answer: SharedFolderView,
    problems: ['not_found'],
  },
  'DELETE /shared-folders/:id/members/:userId': {
    access: 'administrator',
    about: 'Takes a member out.',
    recent: true,
    answer: SharedFolderView,
    problems: ['not_found'],
  },
  'GET /settings': {
    access: 'auditor',
    about: 'Every setting with its default, who changed it and when.',
    answer: rows(SettingView),
  },
  'PATCH /settings': {
    access: 'administrator',
    about: 'Changes settings, all or none.',
    recent: true,
    body: SettingsPatch,
    answer: rows(SettingView),
  },
  'GET /audit': {
    access: 'auditor',
    about: 'The audit, newest first.',
    query: z.strictObject({
      before: z.coerce.number().int().optional(),
      size: z.coerce.number().int().min(1).max(500).default(50),
      action: z.string().max(64).optional(),
      outcome: z.enum(['ok', 'refused']).optional(),
      user: z.string().max(64).optional().describe('Id: as who did it, or on whom.'),
      search: z.string().max(256).optional(),
      from: z.coerce.number().int().optional(),
      to: z.coerce.number().int().optional(),
    }),
    answer: z.object({ rows: rows(AuditRowView), next: z.int().nullable() }),
  },
  'GET /audit/export': {
    access: 'auditor',
    about: 'The same as CSV, safe to open in a spreadsheet; at most 100,000 rows.',
    query: z.strictObject({
      action: z.string().max(64).optional(),
      outcome: z.enum(['ok', 'refused']).optional(),
      user: z.string().max(64).optional(),
      search: z.string().max(256).optional(),
      from: z.coerce.number().int().optional(),
      to: z.coerce.number().int().optional(),
    }),
    answer: z.string(),
    media: 'text/csv; charset=utf-8',
  },
  'GET /audit/integrity': {
    access: 'auditor',
    about: 'Reads the whole chain and says whether a row was changed, is missing, or was cut off.',
    answer: IntegrityView,
  },
} as const satisfies Record<string, Route>
