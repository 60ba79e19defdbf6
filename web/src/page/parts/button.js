// SPDX-License-Identifier: AGPL-3.0-or-later
// page/parts/button.js: buttons: to do something, to copy a text, to save a file

import { t } from '../../text/catalogue.js';
import { h } from '../dom.js';
import { icon } from './icon.js';

/**
 * @param {import('../dom.js').Children} label @param {() => void} act
 * @param {{ kind?: 'first' | 'second' | 'quiet' | 'danger', icon?: import('./icon.js').Icon, disabled?: boolean }} [options] first: the one thing to do here
 */
export function button(label, act, { kind = 'second', icon: drawing, disabled = false } = {}) {
	return h('button', { type: 'button', class: `button ${kind}`, disabled, on: { click: act } }, drawing && icon(drawing), ...[label].flat());
}

/** Copies a text to the clipboard, or, where the browser forbids that, says so. @param {() => string} text @param {string} [label] */
export function copyButton(text, label = t('copy.do')) {
	const said = h('span', { class: 'copy-said', role: 'status' });
	const act = async () => {
		try {
			await navigator.clipboard.writeText(text());
			said.textContent = t('copy.done');
		} catch {
			said.textContent = t('copy.failed');
		}
	};
	return h('span', { class: 'copy no-print' }, button(label, act, { kind: 'quiet', icon: 'copy' }), said);
}

/**
 * Saves bytes or text as a file. The address of the content ends at once after the browser took it.
 * @param {string} fileName neutral: it stands in the browser's list of downloads @param {string | Uint8Array} content @param {string} [type]
 */
export function saveFile(fileName, content, type = 'application/octet-stream') {
	const url = URL.createObjectURL(new Blob([/** @type {BlobPart} */ (content)], { type }));
	const link = h('a', { href: url, download: fileName, hidden: true });
	document.body.append(link);
	link.click();
	link.remove();
	setTimeout(() => URL.revokeObjectURL(url), 30_000);
}

/** @param {string} label @param {string} fileName @param {() => string | Uint8Array} content @param {{ type?: string, kind?: 'first' | 'second' | 'quiet', after?: () => void }} [options] */
export function saveButton(label, fileName, content, { type, kind = 'second', after } = {}) {
	return button(label, () => {
		saveFile(fileName, content(), type);
		after?.();
	}, { kind, icon: 'file' });
}
