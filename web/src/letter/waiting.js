// SPDX-License-Identifier: AGPL-3.0-or-later
// letter/waiting.js: ring proofs that wait for their batch: many together cost little more than the first (spec/protocol.md §3, Batches)

import { Refusal } from '../base/refusal.js';
import { firstBadProof } from '../proof/ring.js';

/** @typedef {import('../base/refusal.js').Random} Random */
/** @typedef {import('../base/refusal.js').Progress} Progress */
/** @typedef {{ letterId: Uint8Array, ring: import('./ring.js').Ring, tag: Uint8Array, proof: Uint8Array }} Claim */

/** Bytes of proofs that may wait: so many, or for each key of the roll, if that is more. A batch goes through all keys of its rings, so a large roll has large ones. */
export const WAITING_MAX = 8 * 1024 * 1024, WAITING_A_KEY = 64;

export class Waiting {
	/** @type {Claim[]} */
	#claims = [];
	/** @type {number[]} */
	#lines = [];
	#bytes = 0;

	/** @param {{ random: Random, progress?: Progress, max?: number }} options max: bytes */
	constructor({ random, progress, max }) {
		this.#random = random;
		this.#progress = progress;
		this.#max = max;
	}
	#random;
	#progress;
	#max;

	/** Judges what waits once it is too much. @param {Claim} claim @param {number} line @param {number} keys of the roll */
	add(claim, line, keys) {
		this.#claims.push(claim);
		this.#lines.push(line);
		this.#bytes += claim.proof.length;
		if (this.#bytes > (this.#max ?? Math.max(WAITING_MAX, WAITING_A_KEY * keys)))
			this.judge();
	}

	/** All that waits; then nothing does. Refusal: proof, at the first line whose proof is wrong. */
	judge() {
		const claims = this.#claims, lines = this.#lines;
		this.#claims = [];
		this.#lines = [];
		this.#bytes = 0;
		if (claims.length === 0)
			return;
		const bad = firstBadProof(claims, { random: this.#random, progress: this.#progress });
		if (bad >= 0)
			throw new Refusal('proof', { line: lines[bad], member: 'proof' });
	}
}
