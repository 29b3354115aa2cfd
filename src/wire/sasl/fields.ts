/**
 * What may stand in a field of XOAUTH2 and OAUTHBEARER: fields end with 0x01 and have no escaping, so
 * that a control character in a name or a token would begin a field of its own.
 */

/** @throws TypeError that says which field, never what it holds */
export function plainField(what: string, value: string): string {
  if (value === '' || /[\u0000-\u001f\u007f]/.test(value) || !value.isWellFormed())
    throw new TypeError(`The ${what} cannot stand in a SASL message.`)
  return value
}

/** A bearer token as it may be sent: b64token (RFC 6750 §2.1). @throws TypeError */
export function tokenField(value: string): string {
  if (!/^[A-Za-z0-9._~+/-]+=*$/.test(value))
    throw new TypeError('The token cannot stand in a SASL message.')
  return value
}
