// SPDX-License-Identifier: AGPL-3.0-or-later
// page/worker_client.js: asks the worker, one task at a time. Stopping ends the worker, and with it everything that it knew

import { Refusal } from '../base/refusal.js';

/** @typedef {import('../worker/tasks.js').Tasks} Tasks */
/** @typedef {Extract<import('../worker/tasks.js').Answer, { progress: unknown }>['progress']} Progress */

/** The page's own mistake, or the worker's: nothing that the reader's file did wrong. */
export class Trouble extends Error {}

export class WorkerClient {
	/** @type {Worker | null} */
	#worker = null;
	/** @type {{ id: number, resolve: (result: any) => void, reject: (reason: Error) => void, onProgress?: (progress: Progress) => void } | null} */
	#asked = null;
	#lastId = 0;
	#start;
	/** How often the worker's memory was made new: what was read or opened before is gone when this changes. */
	life = 0;
	/** How often a letter was read: a view that shows an older one cannot ask about it any more. */
	reads = 0;

	/** @param {() => Worker} start */
	constructor(start) {
		this.#start = start;
	}

	/**
	 * Rejects with a Refusal (bad input, or `stopped`), or with Trouble.
	 * @template {keyof Tasks} T
	 * @param {T} task @param {Tasks[T]['args']} args @param {(progress: Progress) => void} [onProgress]
	 * @returns {Promise<Tasks[T]['result']>}
	 */
	ask(task, args, onProgress) {
		if (this.#asked)
			return Promise.reject(new Trouble('asked before the last answer came'));
		const id = ++this.#lastId;
		if (task === 'read')
			this.reads++;
		return new Promise((resolve, reject) => {
			this.#asked = { id, resolve, reject, onProgress };
			try {
				this.#worker ??= this.#launch();
				this.#worker.postMessage({ id, task, args });
			} catch (error) {
				this.#end(new Trouble(error instanceof Error ? error.message : 'no worker'));
			}
		});
	}

	get busy() {
		return this.#asked !== null;
	}

	/** Names the letter that the worker holds: where it has changed since, that letter is gone. */
	get letterMark() {
		return `${this.life}/${this.reads}`;
	}

	/** Ends the task, if any, and forgets key and letter. */
	stop() {
		this.#end(new Refusal('stopped'));
	}

	#launch() {
		const worker = this.#start();
		worker.onmessage = (event) => this.#hear(event.data);
		worker.onerror = (event) => {
			event.preventDefault();
			if (worker !== this.#worker) /* the last words of one that was stopped are not its successor's */
				return;
			this.#end(new Trouble(event.message || 'the worker failed'));
		};
		worker.onmessageerror = () => this.#end(new Trouble('the worker answered in a form that cannot be read'));
		return worker;
	}

	/** @param {import('../worker/tasks.js').Answer} answer */
	#hear(answer) {
		const asked = this.#asked;
		if (!asked || answer.id !== asked.id)
			return;
		if ('progress' in answer) {
			asked.onProgress?.(answer.progress);
			return;
		}
		this.#asked = null;
		if ('result' in answer)
			asked.resolve(answer.result);
		else if ('refusal' in answer)
			asked.reject(new Refusal(answer.refusal.code, answer.refusal));
		else
			asked.reject(new Trouble(answer.bug));
	}

	/** @param {Error} reason */
	#end(reason) {
		const asked = this.#asked;
		this.#worker?.terminate();
		this.#worker = null;
		this.#asked = null;
		this.life++;
		asked?.reject(reason);
	}
}

/** The worker of this file, from its text. @returns {Worker} */
export function startWorker() {
	const url = URL.createObjectURL(new Blob([WORKER_SOURCE], { type: 'text/javascript' }));
	const worker = new Worker(trusted(url), { name: 'w' });
	/* both browsers take the program before the first message arrives; the address must not live longer than that */
	setTimeout(() => URL.revokeObjectURL(url), 60_000);
	return worker;
}

/** @type {{ createScriptURL(url: string): string } | null} */
let policy = null;

/** Where the browser knows trusted types, addresses of scripts come from one policy: this one. @param {string} url @returns {string} */
function trusted(url) {
	const factory = /** @type {any} */ (globalThis).trustedTypes;
	if (!factory)
		return url;
	policy ??= factory.createPolicy('worker', { createScriptURL: (/** @type {string} */ text) => text });
	return /** @type {any} */ (policy).createScriptURL(url);
}
