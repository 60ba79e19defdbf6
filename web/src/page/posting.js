// SPDX-License-Identifier: AGPL-3.0-or-later
// page/posting.js: a line that waits for its moment, is sent once, and what came of it

import { HostFault } from './host.js';

/**
 * waiting: for its moment; sending; kept: the server has it; failed: see error; stopped: it was not sent, or the answer was not waited for.
 * @typedef {'waiting' | 'sending' | 'kept' | 'failed' | 'stopped'} Status
 */

export class Posting {
	/** @type {Status} */
	status = 'waiting';
	/** Whether it was ever sent: it may have arrived, whatever came back. */
	sent = false;
	/** @type {unknown} */
	error = null;
	/** Called whenever status changes; the view on screen sets it. */
	onChange = () => {};
	/** @type {ReturnType<typeof setTimeout> | undefined} */
	#timer;
	/** Changes with every try: what an earlier one still says is not heard. */
	#tries = 0;
	#due = 0;
	#send;

	/** @param {() => Promise<void>} send hands the line in: once a try @param {import('./moment.js').Moment} moment drawn when the button was pressed */
	constructor(send, moment) {
		this.#send = send;
		this.again(moment);
	}

	/** Only ever because somebody pressed a button. @param {import('./moment.js').Moment} moment */
	again(moment) {
		const wait = moment.wait();
		clearTimeout(this.#timer);
		this.#tries++;
		this.#due = performance.now() + wait;
		this.#timer = setTimeout(() => void this.#go(), wait);
		this.#turn('waiting');
	}

	/** Nothing is sent any more by itself. */
	stop() {
		if (this.status !== 'waiting' && this.status !== 'sending')
			return;
		clearTimeout(this.#timer);
		this.#tries++;
		this.#turn('stopped');
	}

	/** Whether the server may have it, for all that is known. */
	get unclear() {
		return this.sent && (this.status !== 'failed' || !(this.error instanceof HostFault) || this.error.unclear);
	}

	/** Until the moment. */
	get seconds() {
		return Math.max(1, Math.ceil((this.#due - performance.now()) / 1000));
	}

	async #go() {
		const tried = this.#tries;
		this.sent = true;
		this.#turn('sending');
		let error = null;
		try {
			await this.#send();
		} catch (fault) {
			error = fault;
		}
		if (tried === this.#tries)
			this.#turn(error ? 'failed' : 'kept', error);
	}

	/** @param {Status} status @param {unknown} [error] */
	#turn(status, error = null) {
		this.status = status;
		this.error = error;
		this.onChange();
	}
}
