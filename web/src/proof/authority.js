// SPDX-License-Identifier: AGPL-3.0-or-later
// proof/authority.js: Ed25519 of organisers, registrars and parties, with one verdict everywhere (spec/protocol.md §8); member keys from Ed25519 keys (§7)

import { sha512 } from '@noble/hashes/sha2.js';
import { concat, equal, toHex, toNumber } from '../base/bytes.js';
import { group } from '../group/chosen.js';
import { Edwards } from '../group/edwards.js';
import { decodeScalar, encodeScalar, mod } from '../group/scalar.js';

/** @typedef {import('../group/edwards.js').EdwardsPoint} EdwardsPoint */

/** @type {Map<string, EdwardsPoint | null>} a letter's few keys sign all its records; checking the subgroup costs as much as a verification */
const known = new Map();
const KNOWN_MAX = 256;

/** @param {Uint8Array} bytes @returns {EdwardsPoint | null} null unless the canonical encoding of a point of the prime-order subgroup, not the identity */
function decode(bytes) {
	try {
		const point = Edwards.fromBytes(bytes, false);
		return equal(point.toBytes(), bytes) && !point.is0() && point.isTorsionFree() ? point : null;
	} catch {
		return null;
	}
}

/** @param {Uint8Array} key @returns {EdwardsPoint | null} */
function decodeKey(key) {
	const name = toHex(key);
	let point = known.get(name);
	if (point === undefined) {
		point = key.length === 32 ? decode(key) : null;
		if (known.size >= KNOWN_MAX)
			known.clear();
		known.set(name, point);
	}
	return point;
}

/** @param {Uint8Array} key @returns {boolean} */
export const isAuthorityKey = (key) => decodeKey(key) !== null;

/**
 * Key and R canonical, of the prime-order subgroup, not the identity; s below the order; the equation. Variable time.
 * @param {Uint8Array} key @param {Uint8Array} message @param {Uint8Array} signature @returns {boolean}
 */
export function verifyAuthority(key, message, signature) {
	const A = decodeKey(key);
	const s = signature.length === 64 ? decodeScalar(signature.subarray(32)) : null;
	if (A === null || s === null)
		return false;
	const r = signature.subarray(0, 32);
	const k = scalarOf(r, key, message);
	/* sB − kA lies in the subgroup and has one canonical encoding: equal bytes say all that is asked of R, but that it is not the identity */
	const R = Edwards.BASE.multiplyUnsafe(s).subtract(A.multiplyUnsafe(k));
	return !R.is0() && equal(R.toBytes(), r);
}

/** The public key. @param {Uint8Array} seed 32 bytes @returns {Uint8Array} */
export const authorityKey = (seed) => Edwards.BASE.multiply(memberSecretOfSeed(seed)).toBytes();

/** RFC 8032 §5.1.6: its letters. @param {Uint8Array} seed 32 bytes @param {Uint8Array} message @returns {Uint8Array} 64 bytes */
export function signAuthority(seed, message) {
	const s = memberSecretOfSeed(seed), A = authorityKey(seed);
	const r = scalarOf(sha512(seed).subarray(32), message);
	const R = Edwards.BASE.multiply(r).toBytes();
	return concat(R, encodeScalar(mod(r + scalarOf(R, A, message) * s)));
}

/** @param {...Uint8Array} parts */
const scalarOf = (...parts) => mod(toNumber(sha512(concat(...parts))));

/** The member key of an Ed25519 public key: the ristretto255 encoding of the same point. @param {Uint8Array} key @returns {Uint8Array | null} */
export function memberKeyOfAuthority(key) {
	const point = decodeKey(key);
	return point === null ? null : group.encodePoint(group.fromLibrary(point));
}

/** Its owner's secret. @param {Uint8Array} seed 32 bytes @returns {bigint} */
export function memberSecretOfSeed(seed) {
	const half = sha512(seed).slice(0, 32);
	half[0] &= 248;
	half[31] = (half[31] & 127) | 64;
	return mod(toNumber(half));
}
