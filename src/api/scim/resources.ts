/**
 * What every type of resource of SCIM can be asked for (RFC 7644 §3).
 */
import type { ScimCaller } from '#changes/scim/provider.ts'
import type { ScimObject } from '#wire/scim/attribute.ts'
import type { Listed } from './messages.ts'
import type { ScimQuery, Shown } from './query.ts'

/** All throw Problems; `not_found` for what is not the provider's. */
export type Resources = {
  get(scim: ScimCaller, id: string, how: Shown): Promise<ScimObject>
  list(scim: ScimCaller, query: ScimQuery): Promise<Listed>
  /** @returns its id */
  create(scim: ScimCaller, resource: ScimObject): Promise<string>
  replace(scim: ScimCaller, id: string, resource: ScimObject): Promise<void>
  patch(scim: ScimCaller, id: string, body: ScimObject): Promise<void>
  /** Whether the resource answers a PATCH; a group with all its members would be long. */
  readonly shownAfterPatch: boolean
  delete(scim: ScimCaller, id: string): Promise<void>
}
