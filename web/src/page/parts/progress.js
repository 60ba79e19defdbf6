// SPDX-License-Identifier: AGPL-3.0-or-later
// page/parts/progress.js: long work: what is being done, how much of it, for how long, and a way to stop it

import { number, percent, t } from '../../text/catalogue.js';
import { h } from '../dom.js';
import { button } from './button.js';

/** Of the worker, or of a file that comes from the server. @typedef {import('../worker_client.js').Progress | { stage: 'fetching', done: number, total: number }} Progress */

/**
 * @param {{ title: string, onStop?: () => void }} options
 * @returns {{ element: HTMLElement, update: (progress: Progress) => void, end: () => void }} end: stops the clock; call it when the work is over
 */
export function progressBar({ title, onStop }) {
	const began = performance.now();
	const bar = h('progress', { max: 100, 'aria-label': title });
	const stage = h('span', { class: 'progress-stage', role: 'status' }, t('stage.start'));
	const share = h('span', { class: 'progress-share', 'aria-hidden': 'true' });
	const time = h('span', { class: 'progress-time' }, seconds(0));
	const clock = setInterval(() => (time.textContent = seconds(performance.now() - began)), 1000);
	/** @param {Progress} progress */
	const update = ({ stage: name, done, total }) => {
		const words = t(`stage.${name}`);
		if (stage.textContent !== words)
			stage.textContent = words;
		const part = total > 0 ? Math.min(100, Math.floor((done * 100) / total)) : -1;
		if (part < 0)
			bar.removeAttribute('value');
		else
			bar.value = part;
		share.textContent = part < 0 ? '' : percent(part);
	};
	const element = h('section', { class: 'progress', 'aria-label': title },
		h('h2', { 'data-focus': true }, title),
		bar,
		h('p', { class: 'progress-line' }, stage, share, time),
		onStop && button(t('progress.stop'), onStop));
	return { element, update, end: () => clearInterval(clock) };
}

/** @param {number} milliseconds */
const seconds = (milliseconds) => t('progress.seconds', { n: Math.floor(milliseconds / 1000) });

/** For a finished task. @param {number} milliseconds @returns {string} such as 0.4 seconds */
export const took = (milliseconds) => t('progress.took', { seconds: number(Math.max(0.1, Math.round(milliseconds / 100) / 10)) });
