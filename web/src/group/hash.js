// SPDX-License-Identifier: AGPL-3.0-or-later
// group/hash.js: hashing to bytes, to scalars and to the group (spec/protocol.md §1: expand_message_xmd, H2S, H2G)

import { expand_message_xmd } from '@noble/curves/abstract/hash-to-curve.js';
import { ristretto255_hasher } from '@noble/curves/ed25519.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { toNumber, utf8 } from '../base/bytes.js';
import { decodePoint } from './point.js';
import { mod } from './scalar.js';

/** @typedef {import('./point.js').Point} Point */
/** @typedef {string | Uint8Array} Dst a domain separation tag, at most 255 bytes */

/** @param {Dst} dst */
const tagBytes = (dst) => (typeof dst === 'string' ? utf8(dst) : dst);

/** expand_message_xmd of RFC 9380 with SHA-512. @param {Dst} dst @param {Uint8Array} message @param {number} n at most 16,320 @returns {Uint8Array} */
export const expandMessage = (dst, message, n) => expand_message_xmd(message, tagBytes(dst), n, sha512);

/** H2S. @param {Dst} dst @param {Uint8Array} message @returns {bigint} */
export const hashToScalar = (dst, message) => mod(toNumber(expandMessage(dst, message, 64)));

/** H2G. Variable time: for public messages. @param {Dst} dst @param {Uint8Array} message @returns {Point} */
export function hashToPoint(dst, message) {
	const point = decodePoint(ristretto255_hasher.hashToCurve(message, { DST: tagBytes(dst) }).toBytes());
	if (point === null)
		throw new Error('a hash met the identity');
	return point;
}
