// SPDX-License-Identifier: AGPL-3.0-or-later
// page/open_key.js: a step that opens a key: from its file with the passphrase, or from the written code

import { Refusal } from '../base/refusal.js';
import { t } from '../text/catalogue.js';
import { isPin, isSeries } from './card.js';
import { codeField, groupsOf, marked, tidyCode } from './code_field.js';
import { h, refill } from './dom.js';
import { field } from './fields.js';
import { button } from './parts/button.js';
import { callout } from './parts/callout.js';
import { refusalText } from './parts/error.js';
import { fileChooser } from './parts/file.js';
import { fingerprint } from './parts/fingerprint.js';
import { p, say } from './say.js';
import { claimKey, holdsKey, work } from './session.js';
import { measureDevice, needsThrift } from './strength.js';

/** @typedef {import('./parts/stepper.js').Walk} Walk */
/** @typedef {{ leave: () => Promise<boolean>, element: HTMLElement }} Form */

/** The kdf of 256 MiB (spec/records.md, Key file). */
const STRONG = 1;

/**
 * The step. Afterwards state.key is a KeyShown and the worker holds the key. Nothing secret stays in the page.
 * @param {import('./app.js').App} app @param {Record<string, any>} params @param {{ title?: string, intro?: import('./dom.js').Children, codeOnly?: boolean, party?: boolean }} [options] codeOnly: there is no file (any more); party: a key of somebody who is named, and has no code
 * @returns {import('./parts/stepper.js').Step}
 */
export function openKeyStep(app, params, { title = t('open.title'), intro = p('open.intro'), codeOnly = false, party = false } = {}) {
	/** @type {Form | null} */
	let form = null;
	return {
		title,
		get next() {
			return t(holdsKey({ app, state: params.state }) ? 'step.next' : 'open.do');
		},
		body: (w) => {
			const place = h('div');
			const show = () => {
				form = holdsKey(w) ? null : codeOnly || w.state.byCode ? codeForm(w) : fileForm(w, party);
				refill(place, form ? form.element : opened(w), form && !codeOnly && !party && otherWay(w, show));
			};
			show();
			return [intro, place].flat();
		},
		leave: async () => form ? form.leave() : true,
	};
}

/** @param {Walk} w */
const opened = (w) => h('div', null,
	callout('good', [p('open.opened'), h('p', null, fingerprint(w.state.key.short, t('open.short')))], { title: t('open.opened_title') }),
	button(t('open.other'), () => {
		w.state.key = null;
		w.again();
	}, { kind: 'quiet' }));

/** @param {Walk} w @param {() => void} show */
const otherWay = (w, show) => button(t(w.state.byCode ? 'open.by_file' : 'open.by_code'), () => {
	w.state.byCode = !w.state.byCode;
	show();
}, { kind: 'quiet' });

/** @param {Walk} w @param {boolean} party @returns {Form} */
function fileForm(w, party) {
	const { state, app } = w;
	const said = h('div'), progress = h('div');
	/* the way on may be pressed before the file was looked at: a worker that starts is slow */
	let looked = Promise.resolve();
	const passphrase = field({ label: t('open.passphrase'), hint: t('open.passphrase_hint'), secret: true, onEnter: () => void w.next() });
	const chooser = fileChooser({ label: t('open.choose'), hint: t('open.choose_hint'), onFile: (file) => {
		state.keyFile = file;
		looked = looked.then(() => look(true));
	} });
	passphrase.element.hidden = true;
	/** Whether the file wants a passphrase. @param {boolean} fresh just chosen, not remembered */
	async function look(fresh) {
		refill(said);
		try {
			const { kdf } = await app.client.ask('key_peek', { file: state.keyFile });
			passphrase.element.hidden = kdf === 0;
			refill(said, h('p', { class: 'chosen', role: 'status' }, t(kdf === 0 ? 'open.no_passphrase' : 'open.chosen')),
				kdf === STRONG && !party && needsThrift(measureDevice()) && callout('info', t('open.slow')));
			if (fresh && kdf > 0)
				passphrase.input.focus();
		} catch (error) {
			state.keyFile = null;
			passphrase.element.hidden = true;
			if (party) /* has no written code, to which the advice leads */
				refill(said, h('p', { class: 'fault', role: 'alert' }, refusalText(error)));
			else
				w.fail(error);
		}
	}
	if (state.keyFile)
		looked = look(false);
	const fields = h('div', null, chooser, said, passphrase.element);
	return {
		element: h('div', null, fields, progress),
		leave: async () => {
			await looked;
			if (!state.keyFile) {
				refill(said, h('p', { class: 'fault', role: 'alert' }, t('open.choose_first')));
				return false;
			}
			const typed = passphrase.value();
			if (!passphrase.element.hidden && typed === '')
				return passphrase.fault(t('open.passphrase_first'));
			return opening(w, fields, () => work(w, progress, t('open.working'), party ? 'authority_open' : 'key_open', { file: state.keyFile, passphrase: typed }), passphrase.clear).catch((error) => {
				if (party && error instanceof Refusal && error.code === 'passphrase')
					return passphrase.fault(refusalText(error));
				throw error;
			});
		},
	};
}

/** @param {Walk} w @returns {Form} */
function codeForm(w) {
	const { state } = w;
	const progress = h('div'), slip = h('div');
	const code = codeField({ label: t('open.code'), hint: t('open.code_hint') });
	const series = field({ label: t('card.series'), hint: say('card.series_hint'), code: true, value: state.series ?? '', onInput: (value) => (state.series = value.trim()) });
	const pin = field({ label: t('open.pin'), hint: t('open.pin_hint'), code: true, value: state.pin ?? '', onInput: (value) => (state.pin = value.trim()) });
	const fields = h('div', null, code.element, slip, series.element, pin.element);
	return {
		element: h('div', null, fields, progress),
		leave: async () => {
			refill(slip);
			if (code.value().trim() === '')
				return code.fault(t('open.code_first'));
			if (!isSeries(series.value().trim()))
				return series.fault(t('card.series_wrong'));
			if (pin.value().trim() !== '' && !isPin(pin.value().trim()))
				return pin.fault(t('card.pin_wrong'));
			const typed = tidyCode(code.value());
			try {
				return await opening(w, fields, () => work(w, progress, t('open.working'), 'key_from_code', { code: typed, series: series.value().trim(), pin: pin.value().trim() }), code.clear);
			} catch (error) {
				if (!(error instanceof Refusal) || (error.code !== 'code_check' && error.code !== 'code_form'))
					throw error;
				code.fault(t(`open.${error.code}`));
				if (error.code === 'code_check' && error.detail)
					refill(slip, suggestion(typed, error.detail, () => {
						code.set(error.detail);
						void w.next();
					}, () => refill(slip)));
				return false;
			}
		},
	};
}

/** What was probably meant; nobody takes it unseen. @param {string} typed @param {string} meant @param {() => void} take @param {() => void} drop */
function suggestion(typed, meant, take, drop) {
	const written = groupsOf(typed);
	return callout('info', [
		p('open.slip'),
		h('ol', { class: 'code-groups typed', dir: 'ltr' }, ...groupsOf(meant).map((group, i) => h('li', { class: group === written[i] ? undefined : 'differs' }, marked(group), group !== written[i] && h('span', { class: 'differs-word' }, t('code.differs'))))),
		h('div', { class: 'actions' }, button(t('open.slip_take'), take), button(t('open.slip_drop'), drop, { kind: 'quiet' })),
	], { title: t('open.slip_title'), alert: true });
}

/** @param {Walk} w @param {HTMLElement} fields hidden meanwhile @param {() => Promise<import('../worker/tasks.js').KeyShown | import('../worker/tasks.js').AuthorityShown>} ask @param {() => void} clear empties the secret field, once it was right */
async function opening(w, fields, ask, clear) {
	fields.hidden = true;
	w.state.key = null;
	claimKey(w);
	try {
		const key = await ask();
		claimKey(w);
		w.state.key = key;
		clear();
		return true;
	} finally {
		fields.hidden = false;
	}
}

/** For steps that come later: the key is gone, because somebody pressed Stop or opened another. @param {Walk} w @param {number} step where it is opened */
export const lostKey = (w, step) => callout('info', [p('open.lost'), h('div', { class: 'actions' }, button(t('open.again'), () => w.go(step), { kind: 'first' }))], { title: t('open.lost_title') });
