// SPDX-License-Identifier: AGPL-3.0-or-later
// page/session.js: which walk's letter and key the worker holds at the moment, and long work with its bar

import { Refusal } from '../base/refusal.js';
import { refill } from './dom.js';
import { progressBar } from './parts/progress.js';

/** @typedef {import('./parts/stepper.js').Walk} Walk */
/** @typedef {import('../worker/tasks.js').Tasks} Tasks */

/** How often a key was made or opened: the worker holds the last one only. */
let keys = 0;

/**
 * Asks the worker and shows a bar in place, which is empty again when the work is over. Rejects as WorkerClient.ask does.
 * @template {keyof Tasks} T
 * @param {Walk} w @param {Element} place @param {string} title @param {T} task @param {Tasks[T]['args']} args
 * @returns {Promise<Tasks[T]['result']>}
 */
export async function work(w, place, title, task, args) {
	const { client } = w.app;
	const bar = progressBar({ title, onStop: () => client.stop() });
	refill(place, bar.element);
	w.allow(false);
	try {
		return await client.ask(task, args, bar.update);
	} finally {
		bar.end();
		w.allow(true);
		place.replaceChildren();
	}
}

/** Call it before asking for a key: what the worker held before is lost. @param {Walk} w */
export function claimKey(w) {
	w.state.keyMark = `${w.app.client.life}/${++keys}`;
}

/** Whether the worker still holds the key that this walk opened. @param {Pick<Walk, 'app' | 'state'>} w @returns {boolean} */
export const holdsKey = (w) => Boolean(w.state.key) && w.state.keyMark === `${w.app.client.life}/${keys}`;

/** @param {Walk} w */
const letterMark = (w) => `${w.app.client.life}/${w.app.client.reads}`;

/** Whether the worker still holds the letter that this walk read. @param {Walk} w @returns {boolean} */
export const holdsLetter = (w) => Boolean(w.state.report) && w.state.letterMark === letterMark(w);

/** Whether a signature may wait at the server that the letter came from. @param {Pick<Walk, 'app' | 'state'>} w @returns {boolean} */
export const mayWait = ({ app, state }) => Boolean(app.host && state.slug);

/**
 * Reads the walk's file (state.file), and opens its words with state.link where there is one. Afterwards state.report.
 * @param {Walk} w @param {Element} place @param {string} title
 */
export async function readLetter(w, place, title) {
	w.state.report = null;
	const report = await work(w, place, title, 'read', { file: w.state.file, today: w.app.today() });
	w.state.letterMark = letterMark(w);
	w.state.report = report;
	if (w.state.link && report.sealed)
		w.state.report = await work(w, place, title, 'open_words', { link: w.state.link });
}

/**
 * The letter again, if the worker lost it: another view read one, or somebody pressed Stop. What was shown stays shown while it cannot be had.
 * @param {Walk} w @param {Element} place @param {string} title @throws {Refusal} words_other: the file holds another letter by now
 */
export async function keepLetter(w, place, title) {
	if (holdsLetter(w))
		return;
	const { state } = w, shown = state.report;
	try {
		await readLetter(w, place, title);
		if (shown && state.report.letter !== shown.letter)
			throw new Refusal('words_other', { detail: 'the file is not the one that was shown' });
	} catch (error) {
		Object.assign(state, { report: shown, letterMark: '' });
		throw error;
	}
}
