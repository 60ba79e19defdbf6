// SPDX-License-Identifier: AGPL-3.0-or-later
// page/say.js: a text of the catalogue as nodes; **strong** words and arguments become elements

import { list, parts } from '../text/catalogue.js';
import { h, name } from './dom.js';

/** @typedef {import('../text/catalogue.js').Argument} Argument */

/**
 * A catalogue text as nodes: arguments that are strings stand in <bdi>, Nodes stand as they are, `**words**` become <strong>.
 * @param {string} key @param {Record<string, Argument>} [args] @returns {Node[]}
 */
export function say(key, args = {}) {
	/** @type {Node[]} */
	const out = [];
	/** @type {HTMLElement | null} */
	let strong = null;
	/** @param {Node} node */
	const put = (node) => (strong ? strong.append(node) : out.push(node));
	for (const part of parts(key, args)) {
		if (typeof part !== 'string') {
			put(part.value instanceof Node ? part.value : name(String(part.value)));
			continue;
		}
		part.split('**').forEach((piece, i) => {
			if (i > 0) {
				if (strong)
					strong = null;
				else
					out.push((strong = h('strong')));
			}
			if (piece)
				put(document.createTextNode(piece));
		});
	}
	return out;
}

/** A paragraph of the catalogue. @param {string} key @param {Record<string, Argument>} [args] @param {string} [className] */
export const p = (key, args, className) => h('p', { class: className }, say(key, args));

/** A, B and C, each set apart. @param {string[]} items @param {(item: string) => Node} [each] @returns {HTMLElement} */
export function listed(items, each = name) {
	const places = list(items.map((_, i) => `\u0001${i}\u0001`)).split('\u0001');
	return h('span', null, ...places.map((piece, i) => (i % 2 ? each(items[Number(piece)]) : piece)));
}
