// SPDX-License-Identifier: AGPL-3.0-or-later
// page/save_steps.js: what follows when a key was made or moved: save its file, write its code down, prove that one has

import { t } from '../text/catalogue.js';
import { codeField, differingGroups, groupsOf, marked } from './code_field.js';
import { h, refill } from './dom.js';
import { button, saveButton } from './parts/button.js';
import { callout } from './parts/callout.js';
import { p } from './say.js';

/** @typedef {import('./parts/stepper.js').Walk} Walk */
/** @typedef {import('./parts/stepper.js').Step} Step */

/** Stands in the browser's list of downloads: it says nothing. */
export const KEY_FILE = 'notes.dat';

/** @type {{ element: HTMLElement, state: Record<string, any> } | null} what would be lost */
let unsaved = null;
let watching = false;

/** The browser asks before it throws a key away that was never saved. It does not ask when this page was emptied to leave. @param {HTMLElement} element @param {Record<string, any>} state */
function guard(element, state) {
	unsaved = { element, state };
	if (watching)
		return;
	watching = true;
	addEventListener('beforeunload', (event) => {
		if (unsaved?.element.isConnected && !unsaved.state.saved)
			event.preventDefault();
	});
}

/** @param {string} [notYet] the text for those who go on without saving @returns {Step} */
export function saveFileStep(notYet = 'keep.not_yet') {
	const said = h('div', { role: 'status' });
	return {
		title: t('keep.title'),
		locked: true,
		body: ({ state }) => {
			const element = h('div', null,
				p('keep.intro'),
				h('div', { class: 'actions' }, saveButton(t('keep.do'), KEY_FILE, () => state.madeFile, { kind: 'first', after: () => {
					state.saved = true;
					refill(said, p('keep.done', { name: KEY_FILE }));
				} })),
				said,
				p('keep.name', { name: KEY_FILE }, 'hint'),
				callout('warning', [p(state.noPassphrase ? 'keep.open_file' : 'keep.locked_file'), p('keep.cloud')], { title: t('keep.where') }));
			guard(element, state);
			refill(said, state.saved && p('keep.done', { name: KEY_FILE }));
			return element;
		},
		leave: ({ state }) => {
			if (state.saved || state.warnedUnsaved)
				return;
			state.warnedUnsaved = true;
			refill(said, h('p', { class: 'fault' }, t(notYet)));
			return false;
		},
	};
}

/** At the end, where the file was not saved: the last chance. @param {Record<string, any>} state */
export const unsavedNote = (state) => callout('warning', [p('make.no_file'), h('div', { class: 'actions' }, saveButton(t('keep.do'), KEY_FILE, () => state.madeFile, { after: () => (state.saved = true) }))]);

/** Shows the code. It is not offered for copying: what was copied stands in the clipboard, and in its history. @param {import('./dom.js').Children} [first] what else to say @returns {Step} */
export const writeCodeStep = (first) => ({
	title: t('code.title'),
	next: t('code.written'),
	locked: true,
	body: (w) => w.state.key.code
		? [
			first,
			p('code.intro'),
			h('ol', { class: 'code-groups', dir: 'ltr', 'aria-label': t('code.groups') }, ...groupsOf(w.state.key.code).map((group, i) =>
				h('li', null, h('span', { class: 'unseen' }, t('code.group', { n: i + 1, letters: group.split('').join(' ') })), h('span', { 'aria-hidden': 'true' }, marked(group))))),
			p('code.letters', {}, 'hint'),
			h('ul', { class: 'facts' }, ...[1, 2, 3].map((i) => h('li', null, p(`code.care_${i}`)))),
		].flat()
		: callout('info', p('code.gone')),
});

/** Typing it back. @returns {Step} */
export function checkCodeStep() {
	/** @type {ReturnType<typeof codeField> | null} */
	let typed = null;
	return {
		title: t('retype.title'),
		next: t('retype.do'),
		body: (w) => {
			const field = (typed = codeField({ label: t('retype.label'), hint: t('retype.hint') }));
			return [p('retype.intro'), field.element, button(t('retype.skip'), () => {
				field.clear();
				w.state.skipCheck = true;
				void w.next();
			}, { kind: 'quiet' }), p('retype.skip_means', {}, 'hint')];
		},
		leave: (w) => {
			if (w.state.skipCheck) {
				forgetCode(w);
				return;
			}
			if (!typed || typed.value().trim() === '')
				return typed?.fault(t('open.code_first'));
			const typedGroups = groupsOf(typed.value());
			if (typedGroups.length !== 10 || typedGroups[9].length !== 4)
				return typed.fault(t('retype.not_whole'));
			const wrong = differingGroups(typed.value(), w.state.key.code);
			if (wrong.length > 0) {
				typed.mark(wrong);
				return typed.fault(t('retype.differ', { n: wrong.length, groups: wrong.map((group) => String(group + 1)).join(', ') }));
			}
			typed.clear();
			forgetCode(w);
		},
	};
}

/** From here the code stands on paper only. @param {Walk} w */
function forgetCode({ state }) {
	delete state.key.code;
	if (state.saved)
		state.madeFile = null;
}
