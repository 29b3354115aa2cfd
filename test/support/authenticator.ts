/**
 * A passkey or security key in software (WebAuthn Level 3 §6), and a browser that may lie for it: so
 * that every field of an answer can be wrong.
 */
import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  X509Certificate,
  type KeyObject,
} from 'node:crypto'
import { selfSigned } from './certificate.ts'

/** Everything that an answer says, which a test may change. */
export type Lie = {
  readonly origin?: string
  readonly rpId?: string
  readonly challenge?: string
  readonly type?: string
  readonly crossOrigin?: unknown
  readonly topOrigin?: string
  readonly userPresent?: boolean
  readonly userVerified?: boolean
  readonly counter?: number
  readonly userHandle?: string | null
  readonly credentialId?: string
  /** Signed by another key. */
  readonly by?: SoftKey
}

type CreationOptions = {
  readonly challenge: string
  readonly rp: { readonly id: string }
  readonly user: { readonly id: string }
}
/** As the API takes it. */
export type KeyAnswered = {
  readonly credentialId: string
  readonly clientData: string
  readonly authenticatorData: string
  readonly signature: string
  readonly userHandle?: string
}
type RequestOptions = { readonly challenge: string; readonly rpId: string }

const UP = 1
const UV = 4
const BE = 8
const AT = 64
const ALGORITHMS = { ES256: -7, EdDSA: -8, RS256: -257, ES384: -35 } as const

export class SoftKey {
  readonly id = randomBytes(32).toString('base64url')
  /** What it counts; 0 for ever where it does not count, as synced passkeys do. */
  counter: number
  readonly #origin: string
  readonly #counts: boolean
  readonly #verifies: boolean
  readonly #algorithm: keyof typeof ALGORITHMS
  readonly #private: KeyObject
  readonly #cose: Buffer
  #userHandle: string | null = null

  /** @param verifies whether it asks for a PIN or a fingerprint each time */
  constructor({
    origin,
    counts = true,
    verifies = true,
    algorithm = 'ES256',
  }: {
    origin: string
    counts?: boolean
    verifies?: boolean
    algorithm?: keyof typeof ALGORITHMS
  }) {
    this.#origin = origin
    this.#counts = counts
    this.#verifies = verifies
    this.#algorithm = algorithm
    this.counter = counts ? 1 : 0
    const { privateKey, publicKey } = pairFor(algorithm)
    this.#private = privateKey
    this.#cose = coseKey(algorithm, publicKey)
  }

  /**
   * navigator.credentials.create(), as the API takes it.
   * @param fmt `fido-u2f` is signed as it has to be (§8.6), with a certificate of its own; of others
   *   there is the name only
   */
  create({ challenge, rp, user }: CreationOptions, lie: Lie = {}, fmt = 'none') {
    this.#userHandle = user.id
    const data = clientData('webauthn.create', challenge, this.#origin, lie)
    const id = Buffer.from(lie.credentialId ?? this.id, 'base64url')
    const size = Buffer.alloc(2)
    size.writeUInt16BE(id.length)
    const authData = Buffer.concat([
      this.#authenticatorData(lie.rpId ?? rp.id, lie, AT),
      Buffer.alloc(16), // AAGUID: it does not say what make it is
      size,
      id,
      this.#cose,
    ])
    const attestation = cbor(
      new Map<string, unknown>([
        ['fmt', fmt],
        ['attStmt', fmt === 'fido-u2f' ? this.#u2f(authData, data, id) : new Map()],
        ['authData', authData],
      ]),
    )
    return {
      credentialId: lie.credentialId ?? this.id,
      clientData: data.toString('base64url'),
      attestation: attestation.toString('base64url'),
      transports: ['internal', 'hybrid'],
    }
  }

  /** navigator.credentials.get(), as the API takes it. */
  get({ challenge, rpId }: RequestOptions, lie: Lie = {}): KeyAnswered {
    const data = clientData('webauthn.get', challenge, this.#origin, lie)
    if (this.#counts) this.counter += 1
    const authData = this.#authenticatorData(lie.rpId ?? rpId, lie, 0)
    const signer = lie.by ?? this
    const signed = Buffer.concat([authData, createHash('sha256').update(data).digest()])
    const userHandle = lie.userHandle === undefined ? this.#userHandle : lie.userHandle
    return {
      credentialId: lie.credentialId ?? this.id,
      clientData: data.toString('base64url'),
      authenticatorData: authData.toString('base64url'),
      signature: signer.#sign(signed).toString('base64url'),
      ...(userHandle === null ? {} : { userHandle }),
    }
  }

  #u2f(authData: Buffer, data: Buffer, id: Buffer): Map<string, unknown> {
    const { x = '', y = '' } = createPublicKey(this.#private).export({ format: 'jwk' })
    const hash = createHash('sha256').update(data).digest()
    const point = Buffer.concat([
      Buffer.of(4),
      ...[x, y].map((one) => Buffer.from(one, 'base64url')),
    ])
    const signed = Buffer.concat([Buffer.of(0), authData.subarray(0, 32), hash, id, point])
    const { key, certificate } = selfSigned({ bits: 'P-256' })
    return new Map<string, unknown>([
      ['sig', sign('sha256', signed, key)],
      ['x5c', [Buffer.from(new X509Certificate(certificate).raw)]],
    ])
  }

  #sign(bytes: Buffer): Buffer {
    return sign(this.#algorithm === 'EdDSA' ? null : 'sha256', bytes, this.#private)
  }

  #authenticatorData(rpId: string, lie: Lie, flags: number): Buffer {
    const { userPresent = true, userVerified = this.#verifies, counter = this.counter } = lie
    const head = Buffer.alloc(5)
    head[0] = flags | BE | (userPresent ? UP : 0) | (userVerified ? UV : 0)
    head.writeUInt32BE(counter, 1)
    return Buffer.concat([createHash('sha256').update(rpId).digest(), head])
  }
}

function clientData(type: string, challenge: string, origin: string, lie: Lie): Buffer {
  const said = {
    type: lie.type ?? type,
    challenge: lie.challenge ?? challenge,
    origin: lie.origin ?? origin,
    crossOrigin: lie.crossOrigin ?? false,
    ...(lie.topOrigin === undefined ? {} : { topOrigin: lie.topOrigin }),
  }
  return Buffer.from(JSON.stringify(said))
}

function pairFor(algorithm: keyof typeof ALGORITHMS) {
  if (algorithm === 'EdDSA') return generateKeyPairSync('ed25519')
  if (algorithm === 'RS256') return generateKeyPairSync('rsa', { modulusLength: 2048 })
  const namedCurve = algorithm === 'ES384' ? 'P-384' : 'P-256'
  return generateKeyPairSync('ec', { namedCurve })
}

/** COSE_Key (RFC 9053 §7; RFC 8230 §4 for RSA). */
function coseKey(algorithm: keyof typeof ALGORITHMS, key: KeyObject): Buffer {
  const { x = '', y = '', n = '', e = '' } = key.export({ format: 'jwk' })
  const bytes = (text: string): Buffer => Buffer.from(text, 'base64url')
  const alg: [number, unknown] = [3, ALGORITHMS[algorithm]]
  if (algorithm === 'EdDSA') return cbor(new Map([[1, 1], alg, [-1, 6], [-2, bytes(x)]]))
  if (algorithm === 'RS256') return cbor(new Map([[1, 3], alg, [-1, bytes(n)], [-2, bytes(e)]]))
  const curve = algorithm === 'ES384' ? 2 : 1
  return cbor(new Map([[1, 2], alg, [-1, curve], [-2, bytes(x)], [-3, bytes(y)]] as const))
}

/** As much of CBOR (RFC 8949) as a key writes. */
function cbor(value: unknown): Buffer {
  if (typeof value === 'number') return value < 0 ? cborHead(1, -1 - value) : cborHead(0, value)
  if (typeof value === 'string')
    return Buffer.concat([cborHead(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (Buffer.isBuffer(value)) return Buffer.concat([cborHead(2, value.length), value])
  if (Array.isArray(value))
    return Buffer.concat([cborHead(4, value.length), ...value.map((one) => cbor(one))])
  if (value instanceof Map)
    return Buffer.concat([
      cborHead(5, value.size),
      ...[...value].flatMap(([name, one]) => [cbor(name), cbor(one)]),
    ])
  throw new TypeError(`no CBOR for ${typeof value}`)
}

function cborHead(major: number, number: number): Buffer {
  if (number < 24) return Buffer.of((major << 5) | number)
  if (number < 256) return Buffer.of((major << 5) | 24, number)
  return Buffer.of((major << 5) | 25, number >> 8, number & 255)
}
