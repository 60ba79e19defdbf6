// SPDX-License-Identifier: AGPL-3.0-or-later
// page/answer.js: a party that has a key answers a letter itself; and the making of such a key

import { Refusal } from '../base/refusal.js';
import { t } from '../text/catalogue.js';
import { answerForm } from './answer_form.js';
import { h, name, refill } from './dom.js';
import { done, lineBox, theEnd } from './hand_in.js';
import { chooseLetterStep } from './letter_steps.js';
import { lostKey, openKeyStep } from './open_key.js';
import { button, copyButton } from './parts/button.js';
import { callout } from './parts/callout.js';
import { disclosure } from './parts/disclosure.js';
import { errorPanel, refusalText } from './parts/error.js';
import { fingerprint } from './parts/fingerprint.js';
import { stepper } from './parts/stepper.js';
import { passphraseStep } from './passphrase_step.js';
import { article } from './report/answers.js';
import { saveFileStep } from './save_steps.js';
import { p } from './say.js';
import { claimKey, holdsKey, keepLetter, work } from './session.js';

/** @typedef {import('./parts/stepper.js').Walk} Walk */
/** @typedef {import('./parts/stepper.js').Step} Step */
/** @typedef {import('../worker/tasks.js').Report} Report */

const KEY_STEP = 1;

/** The way in, from a letter that was checked. @param {import('./app.js').App} app @param {Report} report @param {{ slug?: string, file: Blob }} from */
export const toAnswer = (app, report, { slug = '', file }) => !report.sealed && h('div', { class: 'actions no-print' }, button(t('answer.entry'), () => app.go('answer', { state: { slug, file } }), { kind: 'quiet', icon: 'pen' }));

/** @type {import('./router.js').Mount} */
export function answer(app, params) {
	return stepper(app, params, {
		title: t('home.answer'),
		intro: p('answer.lead', {}, 'lead'),
		steps: [
			chooseLetterStep(),
			openKeyStep(app, params, { party: true, intro: button(t('answer.no_key'), () => app.go('party_key', { state: { contact: params.state.report?.words?.contact } }), { kind: 'quiet' }) }),
			wordsStep(params),
			previewStep(),
			{ title: t('hand.title'), locked: true, body: handIn },
		],
	});
}

/** Whose key it is. @param {Record<string, any>} state @returns {Report['parties'][number] | undefined} */
const partyOf = ({ report, key }) => key && report?.parties.find((/** @type {Report['parties'][number]} */ party) => party.key === key.key);

/** Whether the letter takes statements: its words stand in it. @param {Report} report */
const isOpen = ({ kind, sealed }) => kind === 'letter' && !sealed;

/** Asks the worker to judge the answer, and to sign it. @param {Walk} w @param {Element} progress @param {boolean} sign @returns {Promise<import('../worker/tasks.js').Answered>} */
async function state(w, progress, sign) {
	await keepLetter(w, progress, t('letter.checking'));
	const { stances, ...draft } = w.state.draft;
	return work(w, progress, t(sign ? 'answer.working' : 'letter.checking'), 'statement', { today: w.app.today(), sign, ...draft, stances: Object.values(stances).filter(({ stance }) => stance) });
}

/** @param {Record<string, any>} params @returns {Step} */
function wordsStep(params) {
	/** @type {Record<string, import('./fields.js').Field>} by the member of the record */
	let fields = {};
	const place = h('div'), progress = h('div');
	return {
		title: t('answer.title'),
		get next() {
			return partyOf(params.state ?? {}) && isOpen(params.state.report) ? t('step.next') : '';
		},
		ready: holdsKey,
		body: (w) => {
			const { report, key } = w.state, party = partyOf(w.state);
			if (!isOpen(report))
				return callout('info', p('answer.closed'));
			if (!party)
				return [callout('warning', p('answer.stranger'), { title: t('answer.stranger_title') }), publicKey(key), contact(report.words?.contact)];
			if (!holdsKey(w))
				return lostKey(w, KEY_STEP);
			const form = answerForm(w, party);
			fields = form.fields;
			refill(place, form.element);
			return [p('answer.as', { who: party.name }), place, progress];
		},
		leave: async (w) => {
			if (!holdsKey(w)) {
				w.again();
				return false;
			}
			place.hidden = true;
			try {
				w.state.shown = (await state(w, progress, false)).statement;
			} catch (error) {
				const field = error instanceof Refusal && fields[error.member.split('.')[0]];
				place.hidden = false;
				if (field)
					return field.fault(refusalText(error));
				throw error;
			} finally {
				place.hidden = false;
			}
		},
	};
}

/** @returns {Step} */
function previewStep() {
	const progress = h('div');
	return {
		title: t('answer.look_title'),
		next: t('answer.do'),
		ready: holdsKey,
		body: (w) => (holdsKey(w) ? [p('answer.look'), article(w.state.report, w.state.shown, 'h3'), progress] : lostKey(w, KEY_STEP)),
		leave: async (w) => {
			/* another view may have opened another key meanwhile: never sign with that one */
			if (!holdsKey(w)) {
				w.again();
				return false;
			}
			w.state.act = await state(w, progress, true);
		},
	};
}

/** The signed line: sent at once where the page has a server, and saved. @param {Walk} w */
function handIn({ app, state: { slug, act, report } }) {
	const { host } = app, place = h('div', { role: 'status' });
	const send = async () => {
		refill(place, h('progress', { 'aria-label': t('post.sending') }));
		try {
			await host?.record(slug, act.line);
			act.stands = true;
			show();
		} catch (error) {
			refill(place, errorPanel(error, { actions: [button(t('served.again'), send, { kind: 'first' })] }));
		}
	};
	const show = () => refill(place, ...(act.stands
		? [done(t('answer.stands')), h('div', { class: 'actions' }, button(t('answer.see'), () => app.go('check', { slug }), { kind: 'first' }))]
		: [h('div', { class: 'actions' }, button(t('answer.send'), send, { kind: 'first' })), p('answer.now', {}, 'hint')]));
	if (host && slug)
		show();
	const byHand = [p('answer.by_hand'), contact(report.words?.contact), lineBox(act.line, { tooLong: null })];
	return [done(t('answer.made')), place, host && slug ? disclosure(t('post.self'), byHand) : byHand, theEnd(app, { quiet: true })].flat();
}

/** @param {string | undefined} where */
const contact = (where) => where && p('hand.contact', { contact: where });

/** @param {import('../worker/tasks.js').AuthorityShown} key */
const publicKey = ({ key, short }) => h('div', null,
	h('h3', null, t('party.public')),
	h('p', null, h('bdi', { class: 'mono', dir: 'ltr' }, key), ' ', copyButton(() => key)),
	h('p', null, t('open.short'), t('list.colon'), fingerprint(short)));

/** @type {import('./router.js').Mount} */
export function partyKey(app, params) {
	return stepper(app, params, {
		title: t('answer.no_key'),
		intro: p('party.lead', {}, 'lead'),
		steps: [
			passphraseStep({ next: t('make.do'), make: async (w) => {
				claimKey(w);
				const key = await app.client.ask('authority_new', {});
				claimKey(w);
				return key;
			} }),
			saveFileStep('party.not_yet'),
			{ title: t('make.end_title'), locked: true, body: ({ state }) => [publicKey(state.key), p('party.next'), contact(state.contact), theEnd(app, { quiet: true })] },
		],
	});
}
