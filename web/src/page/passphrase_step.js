// SPDX-License-Identifier: AGPL-3.0-or-later
// page/passphrase_step.js: a passphrase for a key file, and the making of the file

import { t } from '../text/catalogue.js';
import { h, refill } from './dom.js';
import { field, oneOf, tick } from './fields.js';
import { callout } from './parts/callout.js';
import { disclosure } from './parts/disclosure.js';
import { p } from './say.js';
import { holdsKey, work } from './session.js';
import { measureDevice, needsThrift, strength } from './strength.js';

/** @typedef {import('./parts/stepper.js').Walk} Walk */

/**
 * Asks twice, then makes the key (make) and its file. Afterwards state.key, state.madeFile; the passphrase is nowhere in the page.
 * @param {{ next: string, make: (w: Walk) => Promise<object>, lost?: (w: Walk) => HTMLElement }} options make: runs once, when nothing can be typed wrongly any more; lost: shown without the key that an earlier step opened, where make needs one
 * @returns {import('./parts/stepper.js').Step}
 */
export function passphraseStep({ next, make, lost }) {
	/** @type {(w: Walk) => Promise<boolean>} */
	let leave = async () => false;
	return {
		title: t('pass.title'),
		next,
		ready: (w) => !lost || holdsKey(w),
		body: (w) => {
			if (lost && !holdsKey(w))
				return lost(w);
			const form = passphraseForm(w, make);
			leave = form.leave;
			return form.element;
		},
		leave: (w) => {
			if (!lost || holdsKey(w))
				return leave(w);
			w.again();
			return false;
		},
	};
}

/** @param {Walk} w @param {(w: Walk) => Promise<object>} make */
function passphraseForm({ state, next }, make) {
	const progress = h('div'), judged = h('p', { class: 'strength', role: 'status' });
	const onEnter = () => void next();
	const first = field({ label: t('pass.first'), hint: t('pass.hint'), secret: true, onEnter, onInput: (value) => judge(judged, value) });
	const second = field({ label: t('pass.second'), secret: true, onEnter });
	const both = h('div', { hidden: Boolean(state.noPassphrase) }, first.element, judged, second.element, p('pass.advice', {}, 'hint'));
	const warned = h('div', { hidden: !state.noPassphrase }, callout('warning', p('pass.none_means')));
	const none = tick({ label: t('pass.none'), checked: Boolean(state.noPassphrase), onChange: (checked) => {
		state.noPassphrase = checked;
		both.hidden = checked;
		warned.hidden = !checked;
	} });
	state.thrifty ??= needsThrift(measureDevice());
	const form = h('div', null, p('pass.why'), both, none, warned, disclosure(t('pass.work'), thrift(state)));
	const clear = () => {
		first.clear();
		second.clear();
		judge(judged, '');
	};
	return {
		element: h('div', null, form, progress),
		/** @param {Walk} w */
		leave: async (w) => {
			const passphrase = state.noPassphrase ? '' : first.value();
			if (!state.noPassphrase) {
				if (passphrase === '')
					return first.fault(t('pass.empty'));
				if (passphrase.normalize('NFC') !== second.value().normalize('NFC'))
					return second.fault(t('pass.differ'));
			}
			form.hidden = true;
			try {
				/* only a whole pair of key and file is kept: a walk that was stopped between the two starts again here */
				const key = await make(w);
				const { file } = await work(w, progress, t('pass.working'), 'key_file', { passphrase, thrifty: state.thrifty });
				Object.assign(state, { key, madeFile: file, saved: false });
				clear();
				return true;
			} finally {
				form.hidden = false;
			}
		},
	};
}

/** @param {HTMLElement} place @param {string} passphrase */
function judge(place, passphrase) {
	const found = strength(passphrase);
	place.className = `strength ${found}`;
	refill(place, found === 'none' ? '' : t(`pass.${found}`));
}

/** @param {Record<string, any>} state */
const thrift = (state) => [
	p('pass.work_why'),
	oneOf({
		legend: t('pass.work_question'),
		chosen: state.thrifty ? 'gentle' : 'strong',
		onChoose: (id) => (state.thrifty = id === 'gentle'),
		options: [{ id: 'strong', label: t('pass.strong'), more: t('pass.strong_more') }, { id: 'gentle', label: t('pass.gentle'), more: t('pass.gentle_more') }],
	}),
];
