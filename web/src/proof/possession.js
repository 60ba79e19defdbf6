// SPDX-License-Identifier: AGPL-3.0-or-later
// proof/possession.js: the proof, at enrolment, that the asker owns the key's secret (spec/protocol.md §5)

import { sha256 } from '@noble/hashes/sha2.js';
import { concat, u32be } from '../base/bytes.js';
import { hashToScalar } from '../group/hash.js';
import { BASE, decodePoint, encodePoint, secretMultiply } from '../group/point.js';
import { nonceScalars } from './nonce.js';
import { sign, verify } from './schnorr.js';

/** @param {string} series @param {number} edition */
const place = (series, edition) => sha256(concat(series, new Uint8Array(1), u32be(edition)));

/** @param {Uint8Array} key @param {Uint8Array} where */
const challengeOf = (key, where) => (/** @type {Uint8Array} */ r) => hashToScalar('undersigned/1 enrolment', concat(key, r, where));

/** The member key X of a secret. @param {bigint} x @returns {Uint8Array} 32 bytes */
export const memberKey = (x) => encodePoint(secretMultiply(BASE, x));

/** @param {bigint} x @param {string} series @param {number} edition @param {Uint8Array} fresh 32 random bytes @returns {Uint8Array} 64 bytes */
export function provePossession(x, series, edition, fresh) {
	const key = memberKey(x), where = place(series, edition);
	return sign({ base: BASE, secret: x, nonce: nonceScalars('enrolment', x, concat(key, where), fresh)(0), challenge: challengeOf(key, where) });
}

/** @param {Uint8Array} key @param {string} series @param {number} edition @param {Uint8Array} proof @returns {boolean} */
export function verifyPossession(key, series, edition, proof) {
	const point = decodePoint(key);
	return point !== null && verify({ base: BASE, key: point, signature: proof, challenge: challengeOf(key, place(series, edition)) });
}
