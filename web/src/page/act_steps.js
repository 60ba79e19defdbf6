// SPDX-License-Identifier: AGPL-3.0-or-later
// page/act_steps.js: what signing, taking back and voting have in common: the letter, its words, the key, the roll; and the making of the line

import { Refusal } from '../base/refusal.js';
import { t } from '../text/catalogue.js';
import { deviceStep } from './device_step.js';
import { h } from './dom.js';
import { chooseLetterStep, readWordsStep } from './letter_steps.js';
import { Moment } from './moment.js';
import { lostKey, openKeyStep } from './open_key.js';
import { Posting } from './posting.js';
import { rollStep } from './roll_step.js';
import { p } from './say.js';
import { holdsKey, keepLetter, mayWait, work } from './session.js';

/** @typedef {import('./parts/stepper.js').Walk} Walk */
/** @typedef {import('./parts/stepper.js').Step} Step */

/** @typedef {'sign' | 'withdraw' | 'vote'} Kind */

/** The steps before an act. @param {import('./app.js').App} app @param {Record<string, any>} params @param {Kind} kind @returns {{ steps: Step[], keyStep: number }} */
export function openingSteps(app, params, kind) {
	const first = deviceStep(params, [p(`${kind}.need`)]);
	const keyStep = first.length + 2;
	return { keyStep, steps: [...first, chooseLetterStep(), readWordsStep({ next: t(kind === 'sign' ? 'read.agree' : 'step.next'), intro: p(kind === 'sign' ? 'read.intro' : 'read.again') }), openKeyStep(app, params), rollStep({ keyStep })] };
}

/**
 * A step whose way on makes the line.
 * @template {Kind} T
 * @param {Record<string, any>} params
 * @param {{ task: T, keyStep: number, title: string, next: () => string, body: (w: Walk) => import('./dom.js').Children, check?: (w: Walk) => boolean, args: (state: Record<string, any>) => Omit<import('../worker/tasks.js').Tasks[T]['args'], 'today' | 'waits'> }} options next: '' when nothing can be done; check: false stays
 * @returns {Step}
 */
export function makingStep(params, { task, keyStep, title, next, body, check = () => true, args }) {
	const text = h('div'), progress = h('div');
	return {
		title,
		get next() {
			return params.state?.options ? next() : '';
		},
		ready: holdsKey,
		body: (w) => {
			if (!holdsKey(w))
				return lostKey(w, keyStep);
			text.replaceChildren(...[body(w)].flat().filter((child) => child instanceof Node));
			return [text, progress];
		},
		leave: async (w) => {
			/* another view may have opened another key meanwhile: never act with that one */
			if (!holdsKey(w)) {
				w.again();
				return false;
			}
			if (!check(w))
				return false;
			const { host } = w.app, { slug } = w.state;
			const moment = host && slug ? new Moment() : null;
			text.hidden = true;
			try {
				await keepLetter(w, progress, t('letter.checking'));
				const { line } = (w.state.act = await work(w, progress, t(`${task}.working`), task, /** @type {any} */ ({ ...args(w.state), today: w.app.today(), waits: mayWait(w) })));
				w.state.posting = host && moment && new Posting(() => host.submit(slug, line), moment);
			} catch (error) {
				if (error instanceof Refusal && error.code === 'stopped') {
					w.again();
					return false;
				}
				throw error;
			} finally {
				text.hidden = false;
			}
		},
	};
}
