// SPDX-License-Identifier: AGPL-3.0-or-later
// page/hand_in.js: the last step of every act: the line, as a file, as text, as a QR code; and then away

import { t } from '../text/catalogue.js';
import { h } from './dom.js';
import { BARE } from './fields.js';
import { button, copyButton, saveButton } from './parts/button.js';
import { disclosure } from './parts/disclosure.js';
import { icon } from './parts/icon.js';
import { leaveNow } from './parts/leave.js';
import { postingView } from './posting_view.js';
import { fitsQr, qrCode } from './qr.js';
import { p, say } from './say.js';

/** Stands in the browser's list of downloads: it says nothing. */
const LINE_FILE = 'list.txt';

/** The line, in the three forms in which it can be handed over. @param {string} line without LF @param {{ tooLong?: import('./dom.js').Children }} [options] tooLong: what to do when no QR code holds it */
export function lineBox(line, { tooLong = p('hand.qr_too_long') } = {}) {
	const text = h('textarea', { class: 'line', readOnly: true, rows: 4, dir: 'ltr', value: line, 'aria-label': t('hand.line'), ...BARE });
	return h('div', { class: 'line-box' },
		h('div', { class: 'actions' }, saveButton(t('hand.save'), LINE_FILE, () => `${line}\n`, { type: 'text/plain', kind: 'first' }), copyButton(() => line)),
		p('hand.saved_as', { name: LINE_FILE }, 'hint'),
		text,
		fitsQr(line)
			? disclosure(t('hand.qr'), [p('hand.qr_hint', {}, 'hint'), h('div', { class: 'qr-place' }, qrCode(line, t('hand.qr_label')))])
			: tooLong);
}

/** A numbered list of texts key_1 … key_n. @param {string} key @param {number} n */
export const numbered = (key, n) => h('ol', { class: 'todo' }, ...Array.from({ length: n }, (_, i) => h('li', null, say(`${key}_${i + 1}`))));

/** A list with a tick before each text. @param {import('./dom.js').Children[]} items */
export const facts = (items) => h('ul', { class: 'facts' }, ...items.filter(Boolean).map((item) => h('li', null, item)));

/** The end of every walk. @param {import('./app.js').App} app @param {{ quiet?: boolean }} [options] quiet: something else is the first thing to do here */
export function theEnd(app, { quiet = false } = {}) {
	return h('section', { class: 'end no-print' },
		h('h3', null, t('end.title')),
		p('end.text'),
		h('div', { class: 'actions' },
			button(t('end.leave'), () => leaveNow(app), { kind: quiet ? 'danger' : 'first', icon: 'leave' }),
			button(t('end.home'), () => forget(app), { kind: 'quiet' })));
}

/** Ends the worker, so that key and letter are gone, and starts anew; Back finds nothing. @param {import('./app.js').App} app */
function forget(app) {
	app.client.stop();
	app.router.clear();
	app.router.begin('home');
	app.announce(t('end.done'));
}

/** Something was done. @param {string} text */
export const done = (text) => h('p', { class: 'lead done' }, icon('check'), text);

/**
 * The last step of an act on a letter. state.act is what the worker made; state.posting is on its way with it, where the page has a server.
 * @param {string} kind sign, withdraw or vote: whose texts
 * @returns {import('./parts/stepper.js').Step}
 */
export const handInStep = (kind) => ({
	title: t('hand.title'),
	locked: true,
	body: (w) => w.state.posting && !w.state.byHand ? [done(t(`hand.${kind}_made`)), postingView(w)] : byHand(w, kind),
});

/** @param {import('./parts/stepper.js').Walk} w @param {string} kind */
function byHand({ app, state }, kind) {
	return [
		done(t(`hand.${kind}_made`)),
		state.posting?.unclear ? p('post.twice') : !state.posting?.sent && p(`hand.${kind}_counts`),
		lineBox(state.act.line),
		h('h3', null, t('hand.how')),
		numbered('hand.how', 4),
		state.report?.words?.contact && p('hand.contact', { contact: state.report.words.contact }),
		h('h3', null, t('hand.after')),
		numbered('hand.after', 2),
		theEnd(app),
	];
}
