// SPDX-License-Identifier: AGPL-3.0-or-later
// page/parts/file.js: choosing a file, with the keyboard, a finger, or by dropping it

import { t } from '../../text/catalogue.js';
import { h } from '../dom.js';
import { icon } from './icon.js';

let last = 0;

/**
 * A field that takes one file. Nothing is read here: the file goes to the worker.
 * @param {{ label: string, hint?: string, accept?: string, onFile: (file: File) => void }} options accept: such as '.letter'; people may choose any file all the same
 */
export function fileChooser({ label, hint, accept, onFile }) {
	const id = `file-${++last}`;
	const input = h('input', { type: 'file', id, class: 'unseen', accept, 'aria-describedby': `${id}-hint`, on: { change: take } });
	const box = h('div', { class: 'chooser no-print' },
		input,
		h('label', { for: id, class: 'chooser-label' }, icon('file'), h('span', { class: 'chooser-button' }, label), h('span', { class: 'chooser-or' }, t('file.or_drop'))),
		h('p', { id: `${id}-hint`, class: 'chooser-hint' }, hint && [hint, ' '], t('file.stays')));
	function take() {
		const file = input.files?.[0];
		input.value = '';
		if (file)
			onFile(file);
	}
	let over = 0;
	/** @param {number} change */
	const hover = (change) => box.classList.toggle('over', (over = Math.max(0, over + change)) > 0);
	box.addEventListener('dragenter', () => hover(1));
	box.addEventListener('dragleave', () => hover(-1));
	box.addEventListener('drop', (event) => {
		event.preventDefault();
		hover(-over);
		const file = event.dataTransfer?.files[0];
		if (file)
			onFile(file);
	});
	return box;
}

/** A file that is dropped beside a field must not take the place of the page. */
export function guardDrops() {
	addEventListener('dragover', (event) => event.preventDefault());
	addEventListener('drop', (event) => event.preventDefault());
}
