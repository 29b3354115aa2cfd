/**
 * What an administrator says of a directory, checked before it is kept.
 */
import { invalid } from '#base/problem.ts'
import { X509Certificate } from 'node:crypto'
import { FilterParser } from 'ldapts'
import type { LdapConfig } from '#domain/identity-provider.ts'
import { parseDn } from '#wire/ldap/dn.ts'
import { filterFor, filterForAnybody, NAME } from '#wire/ldap/filter.ts'
import type { MayReach } from '#vault/reachable.ts'
import { directoryAddress } from './address.ts'

/** Each certificate of a PEM. */
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/g

/** @throws Problem `invalid` with the field of the form */
export function checkLdapConfig(config: LdapConfig, mayReach: MayReach): void {
  for (const url of config.urls) directoryAddress(url, config.startTls, mayReach)
  for (const field of ['bindDn', 'baseDn'] as const)
    if (config[field].trim() === '') throw invalid(field, 'empty', `"${field}" is needed.`)
  // Active Directory takes `name@domain` and `DOMAIN\name` in the place of a name.
  const named = config.flavour === 'active_directory' && /^[^=]+$/.test(config.bindDn)
  for (const field of ['bindDn', 'baseDn', 'groupBaseDn', 'requiredGroupDn'] as const)
    if (parseDn(config[field]) === null && !(field === 'bindDn' && named))
      throw invalid(field, 'form', `"${field}" is not a distinguished name.`)
  checkFilter(config.userFilter)
  for (const [field, name] of Object.entries(config.attributes))
    if (!/^([A-Za-z][\w-]*)?$/.test(name))
      throw invalid(`${field}Attribute`, 'characters', `${name} is not the name of an attribute.`)
  checkAuthority(config.ca)
}

function checkFilter(filter: string): void {
  if (filter === '') return
  // Without it the round could not tell who still fits.
  if (filterForAnybody(filter).includes(NAME))
    throw invalid('userFilter', 'form', `${NAME} has to be the value of an attribute.`)
  if (!filter.includes(NAME))
    throw invalid('userFilter', 'form', `The filter has no ${NAME}: it would find anybody.`)
  try {
    FilterParser.parseString(filterFor(filter, 'ada'))
  } catch {
    throw invalid('userFilter', 'form', 'This is not a filter such as (uid={name}).')
  }
}

function checkAuthority(ca: string): void {
  if (ca.trim() === '') return
  const found = ca.match(CERTIFICATE) ?? []
  if (found.length === 0 || !found.every(isCertificate))
    throw invalid('ca', 'certificate', 'These are not certificates in PEM.')
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== null
  } catch {
    return false
  }
}
