// SPDX-License-Identifier: AGPL-3.0-or-later
// letter/seal.js: opens sealed words with the key of a link (spec/records.md, Sealing)

import { decodeBase64url } from '../base/base64url.js';
import { concat } from '../base/bytes.js';
import { Refusal } from '../base/refusal.js';
import { openBytes } from '../proof/aead.js';

const NONCE = 24, LF = 0x0a;

/** The key, alone or at the end of a whole link, after # or =. @param {string} link @returns {Uint8Array} 32 bytes @throws {Refusal} link */
export function linkKey(link) {
	const key = decodeBase64url(link.slice(Math.max(link.lastIndexOf('#'), link.lastIndexOf('=')) + 1).trim());
	if (key === null || key.length !== 32)
		throw new Refusal('link');
	return key;
}

/** Lines, each ended by LF, then zeros. @param {Uint8Array} plain @returns {Uint8Array[]} without LF */
function linesOf(plain) {
	let end = plain.length;
	while (end > 0 && plain[end - 1] === 0)
		end--;
	const lines = [];
	for (let at = 0; at < end;) {
		const lf = plain.indexOf(LF, at);
		if (lf < 0) /* behind the end there are zeros alone */
			throw new Refusal('truncated', { member: 'ciphertext' });
		lines.push(plain.subarray(at, lf));
		at = lf + 1;
	}
	return lines;
}

/**
 * The lines that were sealed, as they are: nothing of them was checked.
 * @param {Uint8Array} ciphertext of the record `sealed` @param {Uint8Array} key of the link @param {Uint8Array} letterId
 * @returns {Uint8Array[]}
 * @throws {Refusal} link: it does not open; truncated
 */
export function unseal(ciphertext, key, letterId) {
	const plain = openBytes(key, ciphertext.subarray(0, NONCE), concat('undersigned/1 sealed', new Uint8Array(1), letterId), ciphertext.subarray(NONCE));
	if (plain === null)
		throw new Refusal('link');
	return linesOf(plain);
}

/**
 * Opens the words of a letter that was read to its end; they, and what is sealed with them, are judged as if they stood in the file. Where anything is refused, nothing is opened.
 * @param {import('./letter.js').Letter} letter @param {string} link the key, or a link that ends in it
 * @throws {Refusal} link; sealed: there is no such record, or it holds something else; words_other; whatever its lines are refused for
 */
export function openSealed(letter, link) {
	const key = linkKey(link);
	try {
		if (letter.sealed === null)
			throw new Refusal('sealed');
		letter.openWords(unseal(letter.sealed.ciphertext, key, letter.idBytes));
	} finally {
		key.fill(0);
	}
}
