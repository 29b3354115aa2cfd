/**
 * The contract: groups, what they and persons decide, and what a change would cut off.
 */
import { z } from 'zod'
import { LEVEL_NAMES, SETTINGS, SETTING_NAMES } from '#domain/policy.ts'
import { DecisionView, GroupView, LEVELS, WhatIfView } from '../policy-views.ts'
import { Nothing, name, rows, type Route } from './route.ts'

type Patch<Name extends keyof typeof SETTINGS> = {
  [one in Name]: z.ZodOptional<z.ZodNullable<(typeof SETTINGS)[one]['schema']>>
}
const patchOf = <Name extends keyof typeof SETTINGS>(names: readonly Name[]): Patch<Name> =>
  Object.fromEntries(
    names.map((one) => [one, SETTINGS[one].schema.nullable().optional()]),
  ) as unknown as Patch<Name>

/** null: no longer decided here. */
const PolicyPatch = z.strictObject(patchOf(LEVEL_NAMES))

export const policyRoutes = {
  'GET /groups': {
    access: 'auditor',
    about: 'Groups in their order: of two that both decide a setting, the first wins.',
    answer: rows(GroupView),
  },
  'POST /groups': {
    access: 'administrator',
    about: 'Makes a group. It stands behind all others.',
    recent: true,
    body: z.strictObject({ name }),
    answer: GroupView,
    status: 201,
    problems: ['conflict'],
  },
  'GET /groups/:id': {
    access: 'auditor',
    about: 'One group. Its members: GET /users?group=…',
    answer: GroupView,
    problems: ['not_found'],
  },
  'PATCH /groups/:id': {
    access: 'administrator',
    about: 'Renames or moves a group. One that comes from a provider is renamed there.',
    recent: true,
    body: z.strictObject({
      name: name.optional(),
      position: z.int().min(1).max(100_000).optional(),
    }),
    answer: GroupView,
    problems: ['not_found', 'conflict'],
  },
  'DELETE /groups/:id': {
    access: 'administrator',
    about: 'Deletes a group that was made here, with what it decides. Its members stay.',
    recent: true,
    answer: Nothing,
    status: 204,
    problems: ['not_found', 'conflict'],
  },
  'PUT /groups/:id/members/:userId': {
    access: 'administrator',
    about: 'Puts a person into a group that was made here.',
    recent: true,
    answer: GroupView,
    problems: ['not_found', 'conflict'],
  },
  'DELETE /groups/:id/members/:userId': {
    access: 'administrator',
    about: 'Takes a person out of a group that was made here.',
    recent: true,
    answer: GroupView,
    problems: ['not_found', 'conflict'],
  },
  'GET /users/:id/groups': {
    access: 'auditor',
    about: 'The groups that a person is in, in their order.',
    answer: rows(GroupView),
    problems: ['not_found'],
  },
  'GET /groups/:id/policy': {
    access: 'auditor',
    about: 'What a group decides, and what applies where it does not.',
    answer: rows(DecisionView),
    problems: ['not_found'],
  },
  'PATCH /groups/:id/policy': {
    access: 'administrator',
    about: 'Changes what a group decides, all or none. null: no longer decided there.',
    recent: true,
    body: PolicyPatch,
    answer: rows(DecisionView),
    problems: ['not_found'],
  },
  'GET /users/:id/policy': {
    access: 'auditor',
    about: 'What applies to a person, and which level decides it.',
    answer: rows(DecisionView),
    problems: ['not_found'],
  },
  'PATCH /users/:id/policy': {
    access: 'administrator',
    about:
      'Changes what is decided for a person alone, all or none. null: no longer decided there.',
    recent: true,
    body: PolicyPatch,
    answer: rows(DecisionView),
    problems: ['not_found'],
  },
  'POST /policy/what-if': {
    access: 'auditor',
    about:
      'Who and what a change of policy would cut off, worked out before it is made. Nothing is changed.',
    body: z.strictObject({
      level: z.enum(LEVELS),
      targetId: z.string().max(64).optional().describe('Of the group or the person.'),
      ...patchOf(SETTING_NAMES),
    }),
    answer: WhatIfView,
    problems: ['not_found', 'busy'],
  },
} as const satisfies Record<string, Route>
