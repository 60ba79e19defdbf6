// SPDX-License-Identifier: AGPL-3.0-or-later
// page/parts/disclosure.js: something that can be unfolded; unfolded in print

import { h } from '../dom.js';

/** @param {import('../dom.js').Child} summary @param {import('../dom.js').Children} content @param {{ open?: boolean }} [options] */
export function disclosure(summary, content, { open = false } = {}) {
	return h('details', { class: 'disclosure', open }, h('summary', null, summary), h('div', { class: 'disclosure-body' }, content));
}
