// SPDX-License-Identifier: AGPL-3.0-or-later
// worker/worker.js: the message loop of the worker: one task at a time, in the order asked; what goes wrong goes back as a refusal or as our own bug

import { Refusal } from '../base/refusal.js';
import { Session } from './session.js';

/** @typedef {import('./session.js').Tell} Tell */

const scope = /** @type {DedicatedWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const BETWEEN_MS = 100; /* between two reports of progress */

/** @param {number} n */
function random(n) {
	if (scope.crypto === undefined)
		throw new Refusal('no_webcrypto');
	return scope.crypto.getRandomValues(new Uint8Array(n));
}

const session = new Session({ random, now: () => performance.now() });

/** About ten a second, and the last of every stage. @param {number} id @returns {Tell} */
function teller(id) {
	let last = -Infinity, lastStage = '';
	return (stage, done, total) => {
		const now = performance.now();
		if (stage === lastStage && now - last < BETWEEN_MS && done !== total)
			return;
		[last, lastStage] = [now, stage];
		scope.postMessage({ id, progress: { stage, done, total } });
	};
}

/** @param {number} id @param {unknown} error */
function tellFault(id, error) {
	if (error instanceof Refusal)
		scope.postMessage({ id, refusal: { code: error.code, line: error.line, member: error.member, detail: error.detail } });
	else
		scope.postMessage({ id, bug: error instanceof Error ? error.message : String(error) });
}

let queue = Promise.resolve();
scope.addEventListener('message', ({ data }) => {
	const { id, task, args } = /** @type {import('./tasks.d.ts').Ask} */ (data);
	queue = queue.then(async () => {
		try {
			const result = await session.run(task, args, teller(id));
			scope.postMessage({ id, result });
		} catch (error) {
			tellFault(id, error);
		}
	});
});
