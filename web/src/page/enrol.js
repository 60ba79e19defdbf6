// SPDX-License-Identifier: AGPL-3.0-or-later
// page/enrol.js: the line with which one asks for a place on the roll

import { t } from '../text/catalogue.js';
import { isSeries } from './card.js';
import { deviceStep } from './device_step.js';
import { h, refill } from './dom.js';
import { field } from './fields.js';
import { facts, lineBox, numbered, theEnd } from './hand_in.js';
import { lostKey, openKeyStep } from './open_key.js';
import { button } from './parts/button.js';
import { callout } from './parts/callout.js';
import { fingerprint } from './parts/fingerprint.js';
import { stepper } from './parts/stepper.js';
import { p, say } from './say.js';
import { holdsKey, work } from './session.js';

/** records.md: an enrolment line has room for so many. */
const MOST_EDITIONS = 384;
/** So many fit into one QR code with a short name of the body. */
const QR_EDITIONS = 16;

/** @type {import('./router.js').Mount} */
export function enrol(app, params) {
	params.withKey ??= Boolean(params.state?.key);
	const first = params.withKey ? [] : deviceStep(params, [p('enrol.need')]);
	const keyStep = first.length;
	const lost = (/** @type {import('./parts/stepper.js').Walk} */ w) => (params.withKey ? callout('info', [p('open.lost'), h('div', { class: 'actions' }, button(t('open.again'), () => app.go('enrol'), { kind: 'first' }))], { title: t('open.lost_title') }) : lostKey(w, keyStep));
	return stepper(app, params, {
		title: t('enrol.title'),
		intro: p('enrol.lead', {}, 'lead'),
		steps: [
			...first,
			/* who comes from making a key has it open */
			...(params.withKey ? [] : [openKeyStep(app, params, { intro: p('open.first') })]),
			bodyStep(lost),
			{ title: t('enrol.line_title'), body: (w) => theLine(w, lost) },
		],
	});
}

/** @param {(w: import('./parts/stepper.js').Walk) => HTMLElement} lost what to show without a key @returns {import('./parts/stepper.js').Step} */
function bodyStep(lost) {
	const progress = h('div');
	/** @type {import('./fields.js').Field | null} */
	let body = null;
	/** @type {import('./fields.js').Field | null} */
	let editions = null;
	return {
		title: t('enrol.body_title'),
		next: t('enrol.do'),
		ready: holdsKey,
		body: (w) => {
			const { state } = w;
			if (!holdsKey(w))
				return lost(w);
			if (state.key.kind !== 'chain')
				return callout('info', p('enrol.imported'));
			const onEnter = () => void w.next();
			state.editions ??= '12';
			body = field({ label: t('enrol.body'), hint: say('enrol.body_hint'), code: true, value: state.body ?? '', onEnter, onInput: (value) => (state.body = value.trim()) });
			editions = field({ label: t('enrol.editions'), hint: t('enrol.editions_hint'), code: true, mode: 'numeric', value: state.editions, onEnter, onInput: (value) => (state.editions = value.trim()) });
			return [body.element, editions.element, progress];
		},
		leave: async (w) => {
			const { state } = w;
			if (!holdsKey(w)) {
				w.again();
				return false;
			}
			if (!isSeries(state.body ?? ''))
				return body?.fault(t('enrol.body_wrong'));
			if (!/^[1-9]\d{0,2}$/.test(state.editions) || Number(state.editions) > MOST_EDITIONS)
				return editions?.fault(t('enrol.editions_wrong', { most: MOST_EDITIONS }));
			await makeLine(w, progress);
		},
	};
}

/** @param {import('./parts/stepper.js').Walk} w @param {HTMLElement} progress */
async function makeLine(w, progress) {
	w.state.enrolment = await work(w, progress, t('enrol.working'), 'enrol', { body: w.state.body, editions: Number(w.state.editions) });
}

/** @param {import('./parts/stepper.js').Walk} w @param {(w: import('./parts/stepper.js').Walk) => HTMLElement} lost */
function theLine(w, lost) {
	const { state } = w;
	const { line, short, first, last } = state.enrolment;
	const progress = h('div');
	const fewer = h('div', null,
		p('enrol.qr_too_long', { n: QR_EDITIONS }),
		button(t('enrol.qr_fewer', { n: QR_EDITIONS }), async () => {
			if (!holdsKey(w)) {
				refill(progress, lost(w));
				return;
			}
			state.editions = String(QR_EDITIONS);
			try {
				await makeLine(w, progress);
				w.again();
			} catch (error) {
				w.fail(error);
			}
		}),
		progress);
	return [
		p('enrol.asks', { body: state.body, first: String(first), last: String(last) }),
		lineBox(line, { tooLong: fewer }),
		h('h3', null, t('enrol.compare_title')),
		p('enrol.compare'),
		h('p', { class: 'pin' }, fingerprint(short, t('enrol.short'))),
		h('h3', null, t('enrol.how')),
		numbered('enrol.how', 3),
		h('h3', null, t('enrol.seen')),
		facts([say('enrol.seen_1'), say('enrol.seen_2'), say('enrol.seen_3')]),
		theEnd(w.app),
	];
}
