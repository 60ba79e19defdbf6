// SPDX-License-Identifier: AGPL-3.0-or-later
// page/parts/stepper.js: a task in steps, with one way on and one way back

import { t } from '../../text/catalogue.js';
import { h, refill } from '../dom.js';
import { focusHeading } from '../router.js';
import { button } from './button.js';
import { errorPanel } from './error.js';

/**
 * A step. body: what it shows, made anew whenever the step is entered; it keeps what people typed in w.state.
 * next: the label of the way on ('' : none, the body goes on by w.next()); leave: what happens before going on: false stays, a thrown error is shown above the buttons (and stays).
 * w.label() asks for next anew. locked: nobody goes back from here (a key was made, a signature stands). ready: whether the way on is open at first; w.allow() changes it.
 * @typedef {{ title: string, body: (w: Walk) => import('../dom.js').Children, next?: string, leave?: (w: Walk) => Promise<boolean | void> | boolean | void, locked?: boolean, ready?: (w: Walk) => boolean }} Step
 * @typedef {{ app: import('../app.js').App, state: Record<string, any>, next: () => Promise<void>, back: () => void, go: (step: number) => void, allow: (open: boolean) => void, label: () => void, again: () => void, fail: (error: unknown) => void }} Walk
 */

/**
 * A view made of steps. params.state and params.step are the walk's memory (they survive a change of language).
 * @param {import('../app.js').App} app @param {Record<string, any>} params @param {{ title: string, intro?: import('../dom.js').Children, steps: Step[], close?: () => void }} options
 * @returns {import('../router.js').View}
 */
export function stepper(app, params, { title, intro, steps, close }) {
	params.state ??= {};
	params.step ??= 0;
	const place = h('div', { class: 'step' });
	const trail = h('ol', { class: 'trail' });
	const opening = h('div', null, intro);
	let busy = false;
	const onward = h('button', { type: 'button', class: 'button first', on: { click: () => void w.next() } });
	const backward = button(t('step.back'), () => app.router.back(), { kind: 'quiet' });
	const trouble = h('div');

	/** @type {Walk} */
	const w = {
		app,
		state: params.state,
		next: async () => {
			if (busy)
				return;
			busy = true;
			trouble.replaceChildren();
			try {
				if ((await steps[params.step].leave?.(w)) !== false && params.step + 1 < steps.length)
					w.go(params.step + 1);
			} catch (error) {
				w.fail(error);
			} finally {
				busy = false;
			}
		},
		back: () => app.router.back(),
		go: (step) => {
			params.step = step;
			app.router.step(step);
			draw(true);
		},
		allow: (open) => {
			onward.disabled = !open;
		},
		label: () => {
			onward.textContent = steps[params.step].next ?? t('step.next');
		},
		again: () => draw(false),
		fail: (error) => {
			refill(trouble, errorPanel(error));
			trouble.scrollIntoView({ block: 'nearest' });
		},
	};

	/** @param {boolean} focus */
	function draw(focus) {
		const step = steps[params.step];
		opening.hidden = params.step > 0;
		trouble.replaceChildren();
		refill(trail, ...steps.map((other, i) => h('li', { class: i < params.step ? 'done' : undefined, 'aria-current': i === params.step ? 'step' : undefined }, h('span', null, other.title))));
		w.label();
		onward.hidden = step.next === '' || params.step + 1 === steps.length;
		onward.disabled = !(step.ready?.(w) ?? true);
		backward.hidden = params.step === 0 || Boolean(step.locked);
		refill(place,
			h('p', { class: 'step-count' }, t('step.count', { step: params.step + 1, steps: steps.length })),
			h('h2', { 'data-focus': params.step > 0 }, step.title),
			step.body(w),
			trouble,
			h('div', { class: 'actions' }, onward, backward));
		if (focus) {
			scrollTo(0, 0);
			focusHeading(place);
		}
	}

	draw(false);
	return {
		element: h('div', { class: 'steps' }, h('h1', null, title), trail, opening, place),
		toStep: (step) => {
			if (step === params.step)
				return;
			if (steps[params.step].locked || busy) {
				app.router.step(params.step);
				return;
			}
			params.step = step;
			draw(true);
		},
		close,
	};
}
