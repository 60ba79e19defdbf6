// SPDX-License-Identifier: AGPL-3.0-or-later
// page/moment.js: when something is handed in: at a moment that tells nothing about how long the work on it took

/** From the press of the button, or from the moment before: milliseconds. */
export const SOONEST = 10_000, LATEST = 40_000;

/** @param {(n: number) => Uint8Array} random @returns {number} uniform from SOONEST to LATEST */
function draw(random) {
	const [a, b, c, d] = random(4);
	return SOONEST + (LATEST - SOONEST) * ((((a * 256 + b) * 256 + c) * 256 + d) / 2 ** 32);
}

/** A row of moments that is drawn from the press on, whatever happens meanwhile: the first after the work is done is taken. */
export class Moment {
	#due;
	#random;
	#now;

	/** @param {(n: number) => Uint8Array} random @param {() => number} now milliseconds */
	constructor(random = (n) => crypto.getRandomValues(new Uint8Array(n)), now = () => performance.now()) {
		this.#random = random;
		this.#now = now;
		this.#due = now() + draw(random);
	}

	/** Milliseconds until the next moment. One that passed while nothing was ready is followed by a new one, drawn from it. */
	wait() {
		const now = this.#now();
		while (this.#due <= now)
			this.#due += draw(this.#random);
		return this.#due - now;
	}
}
