// SPDX-License-Identifier: AGPL-3.0-or-later
// page/parts/callout.js: a remark set apart: a drawing, a word and a colour, which all say the same

import { t } from '../../text/catalogue.js';
import { h } from '../dom.js';
import { icon } from './icon.js';

/** @typedef {'info' | 'warning' | 'good' | 'bad'} Tone */
const ICONS = /** @type {const} */ ({ info: 'info', warning: 'warning', good: 'check', bad: 'wrong' });

/**
 * @param {Tone} tone @param {import('../dom.js').Children} content nodes, or a text of the catalogue
 * @param {{ title?: string, alert?: boolean }} [options] title instead of the tone's own word; alert: a screen reader says it at once
 */
export function callout(tone, content, { title = t(`tone.${tone}`), alert = false } = {}) {
	return h('div', { class: `callout ${tone}`, role: alert ? 'alert' : undefined },
		icon(ICONS[tone]),
		h('div', { class: 'callout-text' }, h('p', { class: 'callout-title' }, title), typeof content === 'string' ? h('p', null, content) : content));
}
