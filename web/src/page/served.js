// SPDX-License-Identifier: AGPL-3.0-or-later
// page/served.js: the letters of the server from which this page came: their list, their files, what can be done with them

import { Refusal } from '../base/refusal.js';
import { t } from '../text/catalogue.js';
import { h, name, refill } from './dom.js';
import { task } from './home.js';
import { button } from './parts/button.js';
import { refusalText } from './parts/error.js';
import { portions } from './parts/portions.js';
import { progressBar } from './parts/progress.js';
import { p } from './say.js';

/** A letter that was got from the server. link: the key of its seal, or '' or nothing. @typedef {{ slug: string, file: Blob, link?: string }} Served */

/** The list; ask() when it is on screen: again when it was left before the answer came. @param {import('./app.js').App} app @param {import('./host.js').Host} host */
export function servedLetters(app, host) {
	const place = h('div', { role: 'status' });
	let asked = false;
	const show = async () => {
		asked = true;
		refill(place, p('served.asking', {}, 'hint'));
		try {
			const letters = await host.letters();
			refill(place, portions(letters, ({ slug, title, signers }) => task('letter', title ? name(title) : t('served.sealed'), t('served.signers', { n: signers }), () => app.go('check', { slug })), h('ul', { class: 'tasks' })) ?? p('served.none'));
		} catch (error) {
			asked = !(error instanceof Refusal);
			refill(place, h('p', { class: 'hint' }, refusalText(error)));
		}
	};
	/* who comes by a link goes on at once, and asks for nothing here */
	const ask = () => void setTimeout(() => place.isConnected && !asked && void show());
	return { element: h('section', { class: 'served' }, h('h2', null, t('served.title')), place), ask };
}

/**
 * The whole file: to ask for less would tell the server which group is meant.
 * @param {import('./app.js').App} app @param {string} slug @param {Element} place for the bar @returns {Promise<Blob>} rejects with a HostFault, or a Refusal: stopped
 */
export async function fetchLetter(app, slug, place) {
	const host = /** @type {import('./host.js').Host} */ (app.host);
	const bar = progressBar({ title: t('served.getting'), onStop: () => host.stop() });
	refill(place, bar.element, p('served.whole', {}, 'hint'));
	try {
		return await host.letter(slug, (done, total) => bar.update({ stage: 'fetching', done, total }));
	} finally {
		bar.end();
		place.replaceChildren();
	}
}

/** What somebody may do with a letter of this server, once it was checked. @param {import('./app.js').App} app @param {import('../worker/tasks.js').Report} report @param {Served} served */
export function servedActs(app, report, served) {
	const today = app.today();
	/** @param {string} view @param {string} label @param {'first' | 'quiet'} kind */
	const act = (view, label, kind) => button(label, () => app.go(view, { state: { ...served } }), { kind });
	return h('div', { class: 'actions no-print' },
		today <= report.closes && act('sign', t('served.sign'), 'first'),
		today <= report.rules.ends && act('withdraw', t('home.withdraw'), 'quiet'),
		report.questions.some(({ closes }) => today <= closes) && act('vote', t('home.vote'), 'quiet'));
}
