// SPDX-License-Identifier: AGPL-3.0-or-later
// page/dom.js: elements from functions. Text becomes text nodes and nothing else; there is no way in for markup

/** @typedef {Node | string | number | null | undefined | false} Child */
/** @typedef {Child | Child[]} Children nested lists are allowed one level deep */
/** @typedef {{ [name: string]: unknown, class?: string, on?: Record<string, (event: any) => void>, style?: Record<string, string> }} Props */

const SVG = 'http://www.w3.org/2000/svg';

/**
 * An element.
 * Props: `class`; `on: { click: fn }`; `style: { '--part': '0.4' }` (custom and ordinary properties); properties that have no attribute (`value`, `checked`, `disabled`, `hidden`, `open`, `indeterminate`, `files`) are set as such;
 * all others are attributes: true is the empty attribute; false, null and undefined leave it out. Names like `onclick`, `innerHTML`, `srcdoc` are our own mistakes and throw; so is an address of any other scheme than blob:.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag @param {Props | null} [props] @param {...Children} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, props, ...children) {
	const element = document.createElement(tag);
	dress(element, props ?? {});
	fill(element, children);
	return element;
}

/** The same for drawings. @param {string} tag @param {Props | null} [props] @param {...Children} children @returns {SVGElement} */
export function svg(tag, props, ...children) {
	const element = /** @type {SVGElement} */ (document.createElementNS(SVG, tag));
	dress(element, props ?? {});
	fill(element, children);
	return element;
}

/** Replaces what is inside. @param {Element} element @param {...Children} children */
export function refill(element, ...children) {
	element.replaceChildren();
	fill(element, children);
}

/** What somebody else wrote: set apart, so that its direction cannot disturb ours. @param {string} text */
export const name = (text) => h('bdi', null, text);

/** Long text of somebody else in its own direction and language. @param {string} text @param {string} [language] @param {string} [className] */
export const theirs = (text, language, className) => h('p', { dir: 'auto', lang: language || undefined, class: className }, text);

const PROPERTIES = new Set(['value', 'checked', 'disabled', 'hidden', 'open', 'indeterminate', 'multiple', 'required', 'readOnly']);
const FORBIDDEN = /^on|^(innerhtml|outerhtml|srcdoc|src|action|formaction|background)$/i;

/** @param {Element} element @param {Props} props */
function dress(element, props) {
	for (const [key, value] of Object.entries(props)) {
		if (value === undefined || value === null)
			continue;
		if (key === 'on')
			for (const [event, listener] of Object.entries(/** @type {Record<string, EventListener>} */ (value)))
				element.addEventListener(event, listener);
		else if (key === 'style')
			for (const [property, text] of Object.entries(/** @type {Record<string, string>} */ (value)))
				/** @type {HTMLElement} */ (element).style.setProperty(property, text);
		else if (PROPERTIES.has(key))
			/** @type {any} */ (element)[key] = value;
		else
			setAttribute(element, key, value);
	}
}

/** @param {Element} element @param {string} key @param {unknown} value */
function setAttribute(element, key, value) {
	if (FORBIDDEN.test(key) || (key === 'href' && !String(value).startsWith('blob:')))
		throw new Error(`the page never sets ${key}`);
	if (value !== false)
		element.setAttribute(key, value === true ? '' : String(value));
}

/** @param {Element} element @param {Children[]} children */
function fill(element, children) {
	for (const child of children.flat())
		if (child !== null && child !== undefined && child !== false)
			element.append(typeof child === 'number' ? String(child) : child);
}
