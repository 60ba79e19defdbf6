// SPDX-License-Identifier: AGPL-3.0-or-later
// page/letter_steps.js: choosing a letter, having it checked, opening its words, reading them: what comes before any act

import { Refusal } from '../base/refusal.js';
import { day, has, t } from '../text/catalogue.js';
import { h, refill } from './dom.js';
import { field } from './fields.js';
import { callout } from './parts/callout.js';
import { disclosure } from './parts/disclosure.js';
import { errorPanel } from './parts/error.js';
import { fileChooser } from './parts/file.js';
import { button } from './parts/button.js';
import { compareHint, fingerprints } from './parts/fingerprint.js';
import { letterWords } from './parts/words.js';
import { notices } from './report/life.js';
import { p } from './say.js';
import { fetchLetter } from './served.js';
import { holdsLetter, keepLetter, readLetter, work } from './session.js';

/** @typedef {import('./parts/stepper.js').Walk} Walk */

/** Afterwards state.report is whole, words too. state.file: the letter, perhaps given by another view; state.slug: of the letter of this server that it is, or is to be; state.link: the key of its seal, if it came along. @returns {import('./parts/stepper.js').Step} */
export function chooseLetterStep() {
	/** @type {() => Promise<boolean>} */
	let leave = async () => true;
	return {
		title: t('letter.title'),
		body: (w) => {
			const place = h('div'), progress = h('div');
			const show = () => refill(place, letterBody(w, place, progress, show, (form) => (leave = form)));
			show();
			if ((w.state.file || w.state.slug) && !w.state.report)
				setTimeout(() => void read(w, place, progress, show));
			return [place, progress];
		},
		leave: () => leave(),
	};
}

/** @param {Walk} w @param {HTMLElement} place @param {HTMLElement} progress @param {() => void} show @param {(leave: () => Promise<boolean>) => void} onLeave */
function letterBody(w, place, progress, show, onLeave) {
	const { state } = w;
	const said = h('div');
	const chooser = fileChooser({ label: t('letter.choose'), hint: t('letter.choose_hint'), onFile: (file) => {
		Object.assign(state, { file, slug: '', report: null, link: '', options: null, act: null });
		void read(w, place, progress, show);
	} });
	onLeave(async () => {
		if (!state.file) {
			refill(said, h('p', { class: 'fault', role: 'alert' }, t('letter.choose_first')));
			return false;
		}
		if (!holdsLetter(w))
			await hiding(place, () => keepLetter(w, progress, t('letter.checking')));
		return true;
	});
	if (!state.report)
		return state.slug ? [h('div', { class: 'actions' }, button(t('served.again'), () => void read(w, place, progress, show), { kind: 'first' })), chooser, said] : [p('letter.intro'), chooser, said];
	const other = disclosure(t('letter.other'), chooser);
	if (state.report.words)
		return [checked(state.report), other];
	return [checked(state.report), linkForm(w, place, progress, onLeave), other];
}

/** Reads at once, and goes on by itself when there is nothing else to ask. @param {Walk} w @param {HTMLElement} place @param {HTMLElement} progress @param {() => void} show */
async function read(w, place, progress, show) {
	try {
		await hiding(place, async () => {
			w.allow(false);
			w.state.file ??= await fetchLetter(w.app, w.state.slug, progress);
			await readLetter(w, progress, t('letter.checking'));
		});
		show();
		if (w.state.report.words)
			await w.next();
	} catch (error) {
		if (error instanceof Refusal && error.code === 'link')
			w.state.link = ''; /* the letter is whole: the link is asked for */
		else
			Object.assign(w.state, { file: null, report: null });
		w.allow(true);
		show();
		refill(progress, errorPanel(error), error instanceof Refusal && error.code !== 'stopped' && !has(`advice.${error.code}`) && p('letter.bad_next'));
		progress.scrollIntoView({ block: 'nearest' });
	}
}

/** @param {HTMLElement} place @param {() => Promise<void>} act */
async function hiding(place, act) {
	place.hidden = true;
	try {
		await act();
	} finally {
		place.hidden = false;
	}
}

/** @param {import('../worker/tasks.js').Report} report */
const checked = (report) => callout('good', p(report.kind === 'bundle' ? 'letter.good_bundle' : 'letter.good', { n: report.signers }), { title: t('letter.good_title') });

/** @param {Walk} w @param {HTMLElement} place @param {HTMLElement} progress @param {(leave: () => Promise<boolean>) => void} onLeave */
function linkForm(w, place, progress, onLeave) {
	const link = field({ label: t('letter.link'), hint: t('letter.link_hint'), code: true, rows: 3, onEnter: () => void w.next() });
	onLeave(async () => {
		const typed = link.value().trim();
		if (typed === '')
			return link.fault(t('letter.link_first'));
		try {
			await hiding(place, async () => {
				await keepLetter(w, progress, t('letter.checking'));
				w.state.report = await work(w, progress, t('letter.opening'), 'open_words', { link: typed });
			});
		} catch (error) {
			if (error instanceof Refusal && error.code === 'link')
				return link.fault(t('letter.link_wrong'));
			throw error;
		}
		w.state.link = typed;
		link.clear();
		return true;
	});
	return h('div', null, h('h3', null, t('letter.sealed_title')), p('letter.sealed'), link.element);
}

/** @param {{ next: string, intro?: import('./dom.js').Children }} options @returns {import('./parts/stepper.js').Step} */
export const readWordsStep = ({ next, intro }) => ({
	title: t('read.title'),
	next,
	body: ({ state }) => [
		intro,
		state.report.sealed && callout('info', [p('read.sealed'), p('read.sealed_then')], { title: t('read.sealed_title') }),
		letterWords(state.report, { heading: '' }),
		notices(state.report),
		h('p', { class: 'hint' }, t('read.last_day', { day: day(state.report.closes) })),
		disclosure(t('read.fingerprints'), [compareHint(), fingerprints([
			{ label: t('read.short_letter'), short: state.report.short.letter },
			{ label: t('read.short_words'), short: state.report.short.words },
			{ label: t('read.short_roster'), short: state.report.short.roster },
		])]),
	].flat().filter(Boolean),
});
