// SPDX-License-Identifier: AGPL-3.0-or-later
// letter/key_index.js: where a member key stands, and that none stands twice: a million keys in a few bytes each

/** @typedef {import('../base/refusal.js').Random} Random */

const SIZE = 32;
const FIRST_SLOTS = 1 << 12;

/**
 * Keys, numbered as they come. An open table of numbers; its hash is drawn afresh (multiply-shift over 16-bit halves), so that no choice of keys makes it slow.
 */
export class KeyIndex {
	/** @type {{ first: number, keys: Uint8Array }[]} as they came; number n stands in the last run with first ≤ n */
	#runs = [];
	#count = 0;
	#slots = new Uint32Array(FIRST_SLOTS); /* number + 1; 0: empty */
	#factors;

	/** @param {Random} random */
	constructor(random) {
		this.#factors = new Uint32Array(random(4 * SIZE / 2).slice().buffer);
	}

	/** Keys so far. */
	get count() {
		return this.#count;
	}

	/** @param {Uint8Array} keys concatenated; kept, not copied @returns {number} -1, or which of them stood here before: then the index is spoilt */
	add(keys) {
		const first = this.#count, more = keys.length / SIZE;
		this.#runs.push({ first, keys });
		this.#count += more;
		this.#grow();
		for (let i = 0; i < more; i++) {
			const slot = this.#slotOf(keys, i * SIZE);
			if (this.#slots[slot] !== 0)
				return i;
			this.#slots[slot] = first + i + 1;
		}
		return -1;
	}

	/** @param {Uint8Array} key @returns {{ run: number, at: number } | null} which call of add brought it, and which of its keys it was */
	find(key) {
		const number = this.#slots[this.#slotOf(key, 0)];
		if (number === 0)
			return null;
		const run = this.#runOf(number - 1);
		return { run, at: number - 1 - this.#runs[run].first };
	}

	/** The slot that holds this key, or the empty one where it belongs. @param {Uint8Array} bytes @param {number} from */
	#slotOf(bytes, from) {
		const mask = this.#slots.length - 1;
		let hash = 0;
		for (let i = 0; i < SIZE / 2; i++)
			hash = (hash + Math.imul(bytes[from + 2 * i] | (bytes[from + 2 * i + 1] << 8), this.#factors[i])) | 0;
		for (let slot = (hash >>> 11) & mask; ; slot = (slot + 1) & mask) {
			const number = this.#slots[slot];
			if (number === 0 || this.#isAt(number - 1, bytes, from))
				return slot;
		}
	}

	/** @param {number} number @param {Uint8Array} bytes @param {number} from */
	#isAt(number, bytes, from) {
		const { first, keys } = this.#runs[this.#runOf(number)];
		const at = (number - first) * SIZE;
		for (let i = 0; i < SIZE; i++)
			if (keys[at + i] !== bytes[from + i])
				return false;
		return true;
	}

	/** @param {number} number */
	#runOf(number) {
		let low = 0, high = this.#runs.length - 1;
		while (low < high) {
			const middle = (low + high + 1) >>> 1;
			if (this.#runs[middle].first <= number)
				low = middle;
			else
				high = middle - 1;
		}
		return low;
	}

	/** At most half of the slots are taken. */
	#grow() {
		let slots = this.#slots.length;
		while (slots < 2 * this.#count)
			slots *= 2;
		if (slots === this.#slots.length)
			return;
		const before = this.#slots;
		this.#slots = new Uint32Array(slots);
		for (const number of before)
			if (number !== 0) {
				const { first, keys } = this.#runs[this.#runOf(number - 1)];
				this.#slots[this.#slotOf(keys, (number - 1 - first) * SIZE)] = number;
			}
	}
}
