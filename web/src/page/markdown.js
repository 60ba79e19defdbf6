// SPDX-License-Identifier: AGPL-3.0-or-later
// page/markdown.js: a letter's body (CommonMark) as elements. It loads nothing, hides nothing and leads nowhere: addresses are text, markup of HTML is text, pictures are their descriptions

import { Parser } from 'commonmark';
import { t } from '../text/catalogue.js';
import { h } from './dom.js';

/** Headings of a body stand below the page's own: a first heading becomes h4. */
const DEMOTE = 3;
/** Deeper nesting is shown without further indenting. */
const MAX_DEPTH = 16;
/** The parser's time grows with the square of these: a body with more of them is shown as plain text. */
const MAX_LINKS = 1000;
const LINK = /^(https?:\/\/|mailto:)/i;

/** @typedef {import('commonmark').Node} MarkdownNode */

/** @param {string} text @param {string} language @returns {HTMLElement} */
export function markdown(text, language) {
	const root = h('div', { class: 'prose', lang: language || undefined, dir: 'auto' });
	if (text.split('](').length > MAX_LINKS) {
		root.append(plain(text));
		return root;
	}
	/** @type {HTMLElement[]} */
	const open = [root];
	const parser = new Parser(), walker = parser.parse(text).walker();
	for (let event = walker.next(); event; event = walker.next()) {
		const { entering, node } = event;
		if (!node.isContainer) {
			top(open).append(leaf(node));
		} else if (entering) {
			const parent = top(open);
			const element = open.length > MAX_DEPTH ? parent : container(node);
			if (element !== parent)
				parent.append(element);
			open.push(element);
		} else {
			const element = /** @type {HTMLElement} */ (open.pop());
			if (node.type === 'link' || node.type === 'image')
				element.append(address(node));
		}
	}
	/* definitions leave no trace, and can hold any text */
	if (Object.keys(parser.refmap).length > 0)
		root.append(h('p', { class: 'hint' }, t('markdown.written')), plain(text));
	return root;
}

/** As it was written. @param {string} text */
const plain = (text) => h('p', { class: 'lines', dir: 'auto' }, text);

/** @param {HTMLElement[]} open */
const top = (open) => open[open.length - 1];

/** @param {MarkdownNode} node @returns {HTMLElement} */
function container(node) {
	switch (node.type) {
	case 'paragraph':
		return h('p', { dir: 'auto' });
	case 'heading':
		return h(/** @type {'h4' | 'h5' | 'h6'} */ (`h${Math.min(6, node.level + DEMOTE)}`), { dir: 'auto' });
	case 'block_quote':
		return h('blockquote');
	case 'list':
		return node.listType === 'ordered' ? h('ol', { start: node.listStart }) : h('ul');
	case 'item':
		return h('li', { dir: 'auto' });
	case 'emph':
		return h('em');
	case 'strong':
		return h('strong');
	case 'image':
		return h('span', { class: 'picture' }, t('markdown.picture'), ' ');
	case 'link':
		return h('span', { class: 'link' });
	default:
		return h('div');
	}
}

/** @param {MarkdownNode} node @returns {Node} */
function leaf(node) {
	switch (node.type) {
	case 'softbreak':
		return document.createTextNode('\n');
	case 'linebreak':
		return h('br');
	case 'thematic_break':
		return h('hr');
	case 'code':
		return h('code', null, node.literal);
	case 'code_block':
		return h('pre', { tabindex: '0', dir: 'auto' }, node.info && `${node.info}\n`, node.literal);
	case 'html_block':
		return h('p', { dir: 'auto' }, node.literal);
	default:
		return document.createTextNode(node.literal ?? '');
	}
}

/** Where a link or a picture leads, for the eye; unless its words say so already. @param {MarkdownNode} node */
function address(node) {
	const where = node.destination ?? '', title = node.title ? ` "${node.title}"` : '';
	const words = node.firstChild?.type === 'text' && node.firstChild === node.lastChild ? node.firstChild.literal : null;
	if (!title && (!where || words === where || `mailto:${words}` === where))
		return '';
	return h('bdi', { class: LINK.test(where) ? 'address' : 'address odd' }, ` <${where}${title}>`);
}
