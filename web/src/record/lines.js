// SPDX-License-Identifier: AGPL-3.0-or-later
// record/lines.js: a file in chunks of any size, cut into lines; a line that cannot be one is refused before it is gathered

import { Refusal } from '../base/refusal.js';

/** The longest line there is, without LF: that of a `keys` record (spec/records.md, Limits of a line). */
export const LINE_MAX = 64 * 1024 * 1024;

const LF = 0x0a;
const OPENING = 0x7b;

/**
 * Cuts chunks into lines. What it refuses depends on the bytes alone, never on how they were cut:
 * `json` (a line that does not begin with {), `limit` (more than LINE_MAX bytes), `truncated` (the last line has no LF). It holds at most one line.
 */
export class LineSplitter {
	/** @type {Uint8Array[]} the pieces of the line that is not ended */
	#pieces = [];
	#held = 0;
	/** Lines given out so far. */
	lines = 0;
	/** Bytes taken so far. */
	bytes = 0;

	/** @param {Uint8Array} chunk borrowed until the generator ends @returns {Generator<Uint8Array>} lines without LF */
	*push(chunk) {
		this.bytes += chunk.length;
		for (let at = 0; at < chunk.length;) {
			const end = chunk.indexOf(LF, at);
			const piece = chunk.subarray(at, end < 0 ? chunk.length : end);
			this.#check(piece);
			if (end < 0) {
				this.#pieces.push(piece.slice());
				this.#held += piece.length;
				return;
			}
			const line = this.#join(piece);
			this.lines++;
			yield line;
			at = end + 1;
		}
	}

	/** No more chunks. */
	end() {
		if (this.#held > 0)
			throw new Refusal('truncated', { line: this.lines + 1 });
	}

	/** @param {Uint8Array} piece of the line that is being gathered */
	#check(piece) {
		if (this.#held === 0 && piece[0] !== OPENING)
			throw new Refusal('json', { line: this.lines + 1, detail: 'a line begins with {' });
		if (this.#held + piece.length > LINE_MAX)
			throw new Refusal('limit', { line: this.lines + 1 });
	}

	/** @param {Uint8Array} last */
	#join(last) {
		if (this.#held === 0)
			return last;
		const line = new Uint8Array(this.#held + last.length);
		let at = 0;
		for (const piece of this.#pieces) {
			line.set(piece, at);
			at += piece.length;
		}
		line.set(last, at);
		this.#pieces = [];
		this.#held = 0;
		return line;
	}
}
