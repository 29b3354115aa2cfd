/**
 * What SCIM says of itself (RFC 7644 §4): what it can, which resources there are, and their schemas.
 */
import { ENTERPRISE_SCHEMA, USER_SCHEMA } from '#changes/scim/person-resource.ts'
import { GROUP_SCHEMA } from '#changes/scim/groups.ts'

const CORE = 'urn:ietf:params:scim:schemas:core:2.0'
const no = { supported: false }

export const serviceProviderConfig = (url: string): object => ({
  schemas: [`${CORE}:ServiceProviderConfig`],
  patch: { supported: true },
  bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
  filter: { supported: true, maxResults: 200 },
  changePassword: no,
  sort: no,
  etag: no,
  authenticationSchemes: [
    {
      type: 'oauthbearertoken',
      name: 'Bearer token',
      description: 'The token that an administrator made for the identity provider.',
      primary: true,
    },
  ],
  meta: { resourceType: 'ServiceProviderConfig', location: `${url}/ServiceProviderConfig` },
})

export const resourceTypes = (url: string): object[] =>
  [
    {
      name: 'User',
      endpoint: '/Users',
      schema: USER_SCHEMA,
      schemaExtensions: [{ schema: ENTERPRISE_SCHEMA, required: false }],
    },
    { name: 'Group', endpoint: '/Groups', schema: GROUP_SCHEMA },
  ].map((one) => ({
    schemas: [`${CORE}:ResourceType`],
    id: one.name,
    ...one,
    meta: { resourceType: 'ResourceType', location: `${url}/ResourceTypes/${one.name}` },
  }))

type Attribute = Readonly<Record<string, unknown>>

const attribute = (name: string, more: Attribute = {}): Attribute => ({
  name,
  type: 'string',
  multiValued: false,
  required: false,
  caseExact: false,
  mutability: 'readWrite',
  returned: 'default',
  uniqueness: 'none',
  ...more,
})
const complex = (name: string, parts: readonly string[], more: Attribute = {}): Attribute =>
  attribute(name, {
    type: 'complex',
    subAttributes: parts.map((part) =>
      attribute(part, part === 'primary' ? { type: 'boolean' } : {}),
    ),
    ...more,
  })
const many = { multiValued: true }

const USER: readonly Attribute[] = [
  attribute('userName', { required: true, uniqueness: 'server' }),
  attribute('externalId', { caseExact: true, required: true, uniqueness: 'server' }),
  complex('name', ['formatted', 'familyName', 'givenName', 'middleName']),
  ...[
    'displayName',
    'nickName',
    'title',
    'userType',
    'preferredLanguage',
    'locale',
    'timezone',
  ].map((name) => attribute(name)),
  attribute('active', { type: 'boolean' }),
  complex('emails', ['value', 'type', 'primary'], many),
  complex('phoneNumbers', ['value', 'type', 'primary'], many),
  complex('addresses', ['formatted', 'streetAddress', 'locality', 'country', 'type'], many),
  complex('groups', ['value', 'display', '$ref'], { ...many, mutability: 'readOnly' }),
]
const ENTERPRISE: readonly Attribute[] = [
  ...['employeeNumber', 'costCenter', 'organization', 'division', 'department'].map((name) =>
    attribute(name),
  ),
  complex('manager', ['value', '$ref', 'displayName']),
]
const GROUP: readonly Attribute[] = [
  attribute('displayName', { required: true }),
  attribute('externalId', { caseExact: true }),
  complex('members', ['value', 'display', '$ref'], many),
]

export const schemas = (url: string): object[] =>
  (
    [
      [USER_SCHEMA, 'User', USER],
      [ENTERPRISE_SCHEMA, 'EnterpriseUser', ENTERPRISE],
      [GROUP_SCHEMA, 'Group', GROUP],
    ] as const
  ).map(([id, name, attributes]) => ({
    schemas: [`${CORE}:Schema`],
    id,
    name,
    attributes,
    meta: { resourceType: 'Schema', location: `${url}/Schemas/${id}` },
  }))
