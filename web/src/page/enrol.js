// SPDX-License-Identifier: AGPL-3.0-or-later
// page/enrol.js: the line with which one asks for a place on the roll

import { t } from '../text/catalogue.js';
import { Refusal } from '../base/refusal.js';
import { isSeries, parseCard } from './card.js';
import { CARD_GROUPS, cardGroups, readCardCode } from './card_code.js';
import { deviceStep } from './device_step.js';
import { h, refill } from './dom.js';
import { field } from './fields.js';
import { done, facts, lineBox, numbered, theEnd } from './hand_in.js';
import { HostFault } from './host.js';
import { lostKey, openKeyStep } from './open_key.js';
import { button } from './parts/button.js';
import { callout } from './parts/callout.js';
import { errorPanel } from './parts/error.js';
import { fingerprint } from './parts/fingerprint.js';
import { leaveButton } from './parts/leave.js';
import { progressBar } from './parts/progress.js';
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
			bodyStep(app, params, lost),
			{ title: t('enrol.line_title'), body: (w) => theLine(w, lost) },
		],
	});
}

/** @param {import('./app.js').App} app @param {Record<string, any>} params @param {(w: import('./parts/stepper.js').Walk) => HTMLElement} lost what to show without a key @returns {import('./parts/stepper.js').Step} */
function bodyStep(app, params, lost) {
	const progress = h('div'), form = h('div');
	/** @type {import('./fields.js').Field | null} */
	let code = null;
	/** @type {import('./fields.js').Field | null} */
	let body = null;
	/** @type {import('./fields.js').Field | null} */
	let editions = null;
	return {
		title: t('enrol.body_title'),
		get next() {
			return t(app.host && params.state.cardCode ? 'hand.title' : 'enrol.do');
		},
		ready: (w) => holdsKey(w) && !otherPin(w.state),
		body: (w) => {
			const { state } = w;
			if (!holdsKey(w))
				return lost(w);
			if (otherPin(state))
				return errorPanel(new Refusal('pin'), { title: t('roll.pin_other_title'), actions: [leaveButton(w.app)] });
			if (state.key.kind !== 'chain')
				return callout('info', p('enrol.imported'));
			const onEnter = () => void w.next();
			state.editions ??= '12';
			body = field({ label: t('enrol.body'), hint: say('enrol.body_hint'), code: true, value: state.body ?? '', onEnter, onInput: (value) => (state.body = value.trim()) });
			editions = field({ label: t('enrol.editions'), hint: t('enrol.editions_hint'), code: true, mode: 'numeric', value: state.editions, onEnter, onInput: (value) => (state.editions = value.trim()) });
			code = w.app.host && codeOfCard(w);
			refill(form, body.element, code?.element, editions.element);
			return [form, progress];
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
			const typed = readCardCode(state.cardCode ?? '');
			if (!code || typed.digits === '')
				return void (await makeLine(w, progress));
			if (typed.fault)
				return code.fault(t(`enrol.card_${typed.fault}`, { n: typed.fault === 'count' ? typed.digits.length : typed.groups.length, groups: typed.groups.join(', ') }));
			if (state.cardSeries && state.cardSeries !== state.key.series)
				return code.fault(t('enrol.other_series', { card: state.cardSeries, key: state.key.series }));
			form.hidden = true;
			try {
				await handInWithCode(w, typed.digits, progress);
			} catch (error) {
				const wrong = error instanceof HostFault && error.groups.length > 0 ? error : null;
				if (!wrong)
					throw error;
				form.hidden = false;
				return code.fault(t(`enrol.card_${wrong.swapped ? 'swapped' : 'groups'}`, { n: wrong.groups.length, groups: wrong.groups.join(', ') }));
			} finally {
				form.hidden = false;
			}
		},
	};
}

/** Whether the card is of other people than the key's. @param {Record<string, any>} state */
const otherPin = ({ key, cardPin }) => Boolean(key.pin && cardPin && key.pin !== cardPin);

/** The code of the card: with it the page hands the line in. @param {import('./parts/stepper.js').Walk} w */
function codeOfCard({ state, next, label }) {
	const count = h('p', { class: 'hint', role: 'status' });
	const code = field({ label: t('enrol.card'), hint: t('enrol.card_hint'), code: true, rows: 2, mode: 'numeric', value: cardGroups(state.cardCode ?? '').join(' '), onEnter: () => void next(), onInput: (value) => {
		const card = parseCard(value);
		if (card.code && card.series) {
			Object.assign(state, { cardSeries: card.series, cardPin: card.pin });
			code.input.value = cardGroups(card.code).join(' ');
		}
		state.cardCode = code.value().trim();
		label();
		show();
	} });
	function show() {
		const { digits } = readCardCode(code.value());
		count.textContent = digits === '' ? '' : t('code.count', { n: Math.min(CARD_GROUPS, Math.floor(digits.length / 5)), all: CARD_GROUPS });
	}
	show();
	return { ...code, element: h('div', null, code.element, count) };
}

/** The line, handed in. The same line goes again when the answer was lost: the server knows it. @param {import('./parts/stepper.js').Walk} w @param {string} code @param {HTMLElement} progress */
async function handInWithCode(w, code, progress) {
	const { state } = w, host = /** @type {import('./host.js').Host} */ (w.app.host);
	const made = JSON.stringify([state.key.short, state.body, state.editions]);
	if (state.madeFor !== made)
		await makeLine(w, progress);
	state.madeFor = made;
	const bar = progressBar({ title: t('post.sending') });
	refill(progress, bar.element);
	w.allow(false);
	try {
		await host.enrol(state.key.series, code, state.enrolment.line);
		state.joined = true;
	} finally {
		bar.end();
		progress.replaceChildren();
		w.allow(true);
	}
}

/** @param {import('./parts/stepper.js').Walk} w @param {HTMLElement} progress */
async function makeLine(w, progress) {
	w.state.joined = false;
	w.state.enrolment = await work(w, progress, t('enrol.working'), 'enrol', { body: w.state.body, editions: Number(w.state.editions) });
}

/** @param {import('./parts/stepper.js').Walk} w @param {(w: import('./parts/stepper.js').Walk) => HTMLElement} lost */
function theLine(w, lost) {
	const { state } = w;
	const { line, short, first, last } = state.enrolment;
	const whatTheySee = [h('h3', null, t('enrol.seen')), facts([say('enrol.seen_1'), say('enrol.seen_2'), say('enrol.seen_3')]), theEnd(w.app)];
	if (state.joined)
		return [done(t('enrol.kept')), h('h3', null, t('enrol.strip_title')), p('enrol.strip'), h('p', { class: 'pin' }, fingerprint(short, t('enrol.short'))), p('enrol.how_3'), ...whatTheySee];
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
		...whatTheySee,
	];
}
