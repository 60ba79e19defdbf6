// SPDX-License-Identifier: AGPL-3.0-or-later
// page/roll_step.js: who made the roll, and whether they are those of the pin; before any tag is computed

import { Refusal } from '../base/refusal.js';
import { t } from '../text/catalogue.js';
import { h } from './dom.js';
import { oneOf } from './fields.js';
import { callout } from './parts/callout.js';
import { errorPanel } from './parts/error.js';
import { disclosure } from './parts/disclosure.js';
import { fingerprint, fingerprints } from './parts/fingerprint.js';
import { leaveButton } from './parts/leave.js';
import { listed, p } from './say.js';
import { holdsKey, holdsLetter, keepLetter, mayWait, work } from './session.js';
import { lostKey } from './open_key.js';

/** @typedef {import('./parts/stepper.js').Walk} Walk */
/** @typedef {import('../worker/tasks.js').Report} Report */

/**
 * Compares the pin, by machine where the key holds one, else by the person. Afterwards state.options.
 * @param {{ keyStep: number }} options where the key is opened
 * @returns {import('./parts/stepper.js').Step}
 */
export function rollStep({ keyStep }) {
	/** @type {ReturnType<typeof oneOf> | null} */
	let question = null;
	const progress = h('div');
	return {
		title: t('roll.title'),
		ready: (w) => holdsKey(w) && pinOf(w) !== 'other',
		body: (w) => {
			if (!holdsKey(w))
				return lostKey(w, keyStep);
			const { state } = w;
			question = pinOf(w) === 'none' ? pinQuestion(w) : null;
			return [...whoMadeIt(state.report), pinOf(w) === 'none' ? question : pinVerdict(w), progress];
		},
		leave: async (w) => {
			const { state } = w;
			if (!holdsKey(w)) {
				w.again();
				return false;
			}
			if (question && state.pinSeen !== 'same' && state.pinSeen !== 'unknown')
				return question.fault(t(state.pinSeen === 'other' ? 'roll.pin_other_stop' : 'roll.pin_choose'));
			if (!holdsLetter(w))
				await keepLetter(w, progress, t('letter.checking'));
			state.options = await work(w, progress, t('roll.working'), 'options', { today: w.app.today(), waits: mayWait(w) });
			return true;
		},
	};
}

/** The machine's comparison; the worker makes it again. @param {Walk} w @returns {'same' | 'other' | 'none'} */
function pinOf({ state }) {
	if (!state.key?.pin)
		return 'none';
	return state.key.pin === state.report.pin ? 'same' : 'other';
}

/** @param {Report} report */
function whoMadeIt(report) {
	const registrars = report.vouchers.filter((voucher) => voucher.registrar);
	const quorum = report.registrars_quorum, all = registrars.length;
	return [
		p('roll.who', { names: listed(registrars.map((voucher) => voucher.name || t('roll.nameless'))) }),
		quorum < all && p('roll.quorum', { n: quorum, all }),
		p('roll.why'),
		h('ul', { class: 'facts' },
			h('li', null, p('roll.keys', { n: report.keys })),
			report.headcount > 0 && report.edition.number > 0 && h('li', null, p('roll.people', { people: report.headcount })),
			report.edition.number === 0 && h('li', null, p('roll.imported'))),
		disclosure(t('roll.fingerprints'), fingerprints(registrars.map(({ name: called, short, where }) => ({ label: called || t('roll.nameless'), short, hint: where })))),
	].filter(Boolean);
}

/** @param {Walk} w */
function pinVerdict(w) {
	return pinOf(w) === 'same'
		? callout('good', p('roll.pin_same'), { title: t('roll.pin_same_title') })
		: errorPanel(new Refusal('pin'), { title: t('roll.pin_other_title'), actions: [leaveButton(w.app)] });
}

/** Without a pin in the key the person compares; nothing goes on before an answer. @param {Walk} w */
function pinQuestion({ state }) {
	const warned = h('div');
	const warn = () => {
		warned.replaceChildren(state.pinSeen === 'other' ? callout('bad', p('roll.pin_other'), { title: t('roll.pin_other_title'), alert: true })
			: state.pinSeen === 'unknown' ? callout('warning', p('roll.pin_unknown'), { alert: true }) : '');
	};
	const question = oneOf({
		legend: t('roll.pin_question'),
		options: ['same', 'other', 'unknown'].map((id) => ({ id, label: t(`roll.pin_is_${id}`) })),
		chosen: state.pinSeen,
		onChoose: (id) => {
			state.pinSeen = id;
			warn();
		},
	});
	warn();
	const element = h('div', null,
		callout('warning', [p('roll.pin_none'), h('p', { class: 'pin' }, fingerprint(state.report.short.pin, t('roll.pin')))], { title: t('roll.pin_none_title') }),
		question, warned);
	return Object.assign(element, { fault: question.fault });
}
