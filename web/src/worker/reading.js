// SPDX-License-Identifier: AGPL-3.0-or-later
// worker/reading.js: a file, slice by slice, into a letter; or, where it is no whole letter, into a signing bundle

import { Refusal } from '../base/refusal.js';
import { mayBeBundle } from '../letter/bundle.js';
import { Letter } from '../letter/letter.js';

/** @typedef {import('../base/refusal.js').Random} Random */
/** @typedef {import('./session.js').Tell} Tell */

export const FILE_MAX = 256 * 1024 * 1024;
const FIRST_SLICE = 64 * 1024, SLICE = 256 * 1024;
const KEY_IN_A_FILE = 128 / 3; /* bytes of base64url: to tell keys and bytes in one measure */

/** Bytes judged so far: keys, which take long, move it on their way; it never goes back. @param {number} size @param {Tell} tell */
function judgedBytes(size, tell) {
	let told = 0;
	return (/** @type {number} */ bytes) => {
		told = Math.min(size, Math.max(told, Math.round(bytes)));
		tell('reading', told, size);
	};
}

/**
 * @param {Blob} file @param {'file' | 'bundle'} mode @param {Random} random @param {Tell} tell
 * @returns {Promise<Letter>}
 */
async function readAs(file, mode, random, tell) {
	const judged = judgedBytes(file.size, tell);
	let ofWholeLines = 0;
	const letter = new Letter({
		mode, random,
		progress: (stage, done, total) => (stage === 'reading' ? judged(ofWholeLines + done * KEY_IN_A_FILE) : tell(stage, done, total)),
	});
	for (let at = 0; at < file.size;) {
		const before = letter.lines;
		const slice = new Uint8Array(await file.slice(at, at + (at === 0 ? FIRST_SLICE : SLICE)).arrayBuffer()); /* what is no letter at all shows at once */
		if (slice.length === 0)
			throw new Error('the file became shorter while it was read');
		letter.feed(slice);
		at += slice.length;
		if (letter.lines > before)
			judged((ofWholeLines = at));
	}
	judged(file.size);
	letter.end();
	return letter;
}

/**
 * A letter or a signing bundle, whole and checked. A bundle of all (`*`) cannot be told from a letter that nobody has signed.
 * @param {Blob} file @param {Random} random @param {Tell} tell
 * @returns {Promise<Letter>}
 * @throws {Refusal} file_too_large; or the first fault, of the reading that came further
 */
export async function readLetter(file, random, tell) {
	if (file.size > FILE_MAX)
		throw new Refusal('file_too_large');
	try {
		return await readAs(file, 'file', random, tell);
	} catch (fault) {
		if (!(fault instanceof Refusal) || !mayBeBundle(fault))
			throw fault;
		try {
			return await readAs(file, 'bundle', random, tell);
		} catch (other) {
			throw other instanceof Refusal && other.line < fault.line ? fault : other;
		}
	}
}
