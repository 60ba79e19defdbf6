// SPDX-License-Identifier: AGPL-3.0-or-later
// page/parts/portions.js: a list of any length, shown a portion at a time: a file of a million lines must not freeze the page

import { t } from '../../text/catalogue.js';
import { h } from '../dom.js';
import { button } from './button.js';

const SIZE = 50;

/**
 * @template Item
 * @param {Item[]} items @param {(item: Item) => import('../dom.js').Child} draw @param {HTMLElement} [place] what the items stand in, such as a list
 * @returns {HTMLElement | null} null for no items; place and below it, while there are more, a button; what is not shown is not printed, and the button says how much that is
 */
export function portions(items, draw, place = h('div')) {
	if (items.length === 0)
		return null;
	let shown = 0;
	const rest = h('p', { class: 'hint' });
	const more = button('', () => show(), { kind: 'second' });
	const foot = h('div', { class: 'portions-rest' }, rest, more);
	more.classList.add('no-print');
	function show() {
		const portion = items.slice(shown, shown + SIZE);
		const nodes = portion.map(draw).filter((node) => node !== null && node !== undefined && node !== false).map((node) => (node instanceof Node ? node : String(node)));
		place.append(...nodes);
		shown += portion.length;
		foot.hidden = shown >= items.length;
		rest.textContent = t('portions.rest', { n: items.length - shown });
		more.textContent = t('portions.more');
		const first = nodes[0];
		if (shown > SIZE && first instanceof HTMLElement) {
			first.tabIndex = -1;
			first.focus();
		}
	}
	show();
	return h('div', null, place, foot);
}
