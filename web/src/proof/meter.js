// SPDX-License-Identifier: AGPL-3.0-or-later
// proof/meter.js: progress of several stages on one scale

/** @typedef {import('../base/refusal.js').Progress} Progress */

/** Work is counted in multiplications of the field, roughly. What turns out to be needed later is added then. */
export class Meter {
	/** @param {Progress} [progress] */
	constructor(progress) {
		this.progress = progress;
		this.done = 0;
		this.total = 0;
	}

	/** @param {number} work */
	expect(work) {
		this.total += work;
	}

	/** @param {number} work */
	step(work) {
		this.done += work;
		this.progress?.(this.done, this.total);
	}

	/** A stage that counts for itself. @param {number} work @returns {Progress} */
	part(work) {
		const before = this.done;
		return (done, total) => {
			this.done = before + Math.round((work * done) / total);
			this.progress?.(this.done, this.total);
		};
	}
}
