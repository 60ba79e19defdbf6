// SPDX-License-Identifier: AGPL-3.0-or-later
// proof/tag.js: the tag of a member on a letter, and what is signed with it later (spec/protocol.md §2, §4)

import { sha256 } from '@noble/hashes/sha2.js';
import { concat, equal } from '../base/bytes.js';
import { hashToPoint, hashToScalar } from '../group/hash.js';
import { decodePoint, encodePoint, secretMultiply } from '../group/point.js';
import { nonceScalars } from './nonce.js';
import { sign, verify } from './schnorr.js';

/** @typedef {import('../group/point.js').Point} Point */

/** @type {{ letterId: Uint8Array, base: Point } | null} a file has one letter and many tags */
let last = null;

/** U. @param {Uint8Array} letterId 32 bytes @returns {Point} */
export function tagBase(letterId) {
	if (last === null || !equal(last.letterId, letterId))
		last = { letterId: letterId.slice(), base: hashToPoint('undersigned/1 tag base', letterId) };
	return last.base;
}

/**
 * T = x·U. Only letter/act.js may ask for one: whoever has a tag knows who signed (spec/protocol.md §2).
 * @param {bigint} x a member's secret @param {Uint8Array} letterId @returns {Uint8Array} 32 bytes
 */
export const computeTag = (x, letterId) => encodePoint(secretMultiply(tagBase(letterId), x));

/** @param {Uint8Array} letterId @param {Uint8Array} tag @param {Uint8Array} hash of the message */
const challengeOf = (letterId, tag, hash) => (/** @type {Uint8Array} */ r) =>
	hashToScalar('undersigned/1 tag signature', concat(letterId, tag, r, hash));

/**
 * @param {bigint} x @param {Uint8Array} letterId
 * @param {Uint8Array} message the canonical record without its member `proof`
 * @param {Uint8Array} fresh 32 random bytes
 * @returns {Uint8Array} 64 bytes
 */
export function signWithTag(x, letterId, message, fresh) {
	const hash = sha256(message);
	return sign({
		base: tagBase(letterId),
		secret: x,
		nonce: nonceScalars('tag', x, concat(letterId, hash), fresh)(0),
		challenge: challengeOf(letterId, computeTag(x, letterId), hash),
	});
}

/** @param {Uint8Array} letterId @param {Uint8Array} tag @param {Uint8Array} message @param {Uint8Array} signature @returns {boolean} */
export function verifyTagSignature(letterId, tag, message, signature) {
	const key = decodePoint(tag);
	return key !== null && verify({ base: tagBase(letterId), key, signature, challenge: challengeOf(letterId, tag, sha256(message)) });
}
