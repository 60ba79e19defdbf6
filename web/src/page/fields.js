// SPDX-License-Identifier: AGPL-3.0-or-later
// page/fields.js: what people type or choose: text, secrets, one of several, yes or no. Browsers are asked to keep, correct and guess nothing

import { t } from '../text/catalogue.js';
import { h, refill } from './dom.js';

/** No help of the browser's: it would keep, change or send what is typed. */
export const BARE = { autocomplete: 'off', autocorrect: 'off', autocapitalize: 'none', spellcheck: 'false', 'data-lpignore': 'true', 'data-1p-ignore': true, 'data-form-type': 'other', writingsuggestions: 'false' };

let last = 0;

/** @typedef {import('./dom.js').Children} Children */
/** @typedef {{ element: HTMLElement, input: HTMLInputElement | HTMLTextAreaElement, value: () => string, clear: () => void, fault: (text: Children) => false }} Field fault: shows why it cannot stay so and moves there; '' removes it. Always false, so that a step can return it */

/**
 * @typedef {{ label: Children, hint?: Children, value?: string, code?: boolean, secret?: boolean, rows?: number, mode?: 'text' | 'numeric', type?: 'text' | 'date', onInput?: (value: string, pasted: boolean) => void, onEnter?: () => void }} FieldOptions
 * code: letter by letter, from left to right in every language; secret: hidden, with a way to see it; rows: more than one line
 */

/** @param {FieldOptions} options @returns {Field} */
export function field({ label, hint, value = '', code = false, secret = false, rows = 1, mode, type = 'text', onInput, onEnter }) {
	const id = `field-${++last}`;
	const wrong = h('p', { class: 'fault', id: `${id}-fault`, role: 'alert' });
	const props = {
		id, value, ...BARE, class: code ? 'code' : undefined, dir: code ? 'ltr' : 'auto', inputmode: mode, 'aria-describedby': `${id}-hint ${id}-fault`,
		on: {
			input: (/** @type {InputEvent} */ event) => {
				if (wrong.firstChild)
					fault('');
				onInput?.(input.value, /^insertFrom/.test(event.inputType ?? ''));
			},
			keydown: (/** @type {KeyboardEvent} */ event) => {
				if (event.key !== 'Enter' || event.isComposing || !onEnter)
					return;
				event.preventDefault();
				onEnter();
			},
		},
	};
	/** @type {HTMLInputElement | HTMLTextAreaElement} */
	const input = rows > 1 ? h('textarea', { ...props, rows }) : h('input', { ...props, type: secret ? 'password' : type });
	/** @param {Children} text @returns {false} */
	const fault = (text) => {
		refill(wrong, text || null);
		if (wrong.firstChild) {
			input.setAttribute('aria-invalid', 'true');
			input.focus();
		} else
			input.removeAttribute('aria-invalid');
		return false;
	};
	const element = h('div', { class: 'field' },
		h('label', { for: id }, label),
		hint && h('p', { class: 'hint', id: `${id}-hint` }, hint),
		secret ? h('div', { class: 'secret' }, input, eye(/** @type {HTMLInputElement} */ (input))) : input,
		wrong);
	return { element, input, value: () => input.value, clear: () => void (input.value = ''), fault };
}

/** Shows what is typed, while it is pressed in. @param {HTMLInputElement} input */
function eye(input) {
	const toggle = h('button', { type: 'button', class: 'button quiet', 'aria-pressed': 'false', 'aria-controls': input.id, on: { click: turn } }, t('field.show'));
	function turn() {
		const seen = input.type === 'password';
		input.type = seen ? 'text' : 'password';
		toggle.setAttribute('aria-pressed', String(seen));
		toggle.textContent = t(seen ? 'field.hide' : 'field.show');
	}
	return toggle;
}

/**
 * One of several.
 * @param {{ legend: Children, options: { id: string, label: Children, more?: Children, disabled?: boolean }[], chosen?: string, onChoose: (id: string) => void }} options more: below the label, read with it
 * @returns {HTMLElement & { fault: (text: Children) => false }}
 */
export function oneOf({ legend, options, chosen = '', onChoose }) {
	const name = `one-${++last}`;
	const wrong = h('p', { class: 'fault', role: 'alert' });
	const boxes = options.map(({ id, label, more, disabled = false }, i) => h('label', { class: disabled ? 'choice off' : 'choice' },
		h('input', { type: 'radio', name, value: id, disabled, checked: id === chosen, 'aria-describedby': more ? `${name}-${i}` : undefined, on: {
			change: () => {
				wrong.replaceChildren();
				onChoose(id);
			},
		} }),
		h('span', { class: 'choice-text' }, h('span', { class: 'choice-label' }, label), more && h('span', { class: 'choice-more', id: `${name}-${i}` }, more))));
	const element = h('fieldset', { class: 'choices' }, h('legend', null, legend), ...boxes, wrong);
	return Object.assign(element, {
		/** @param {Children} text @returns {false} */
		fault: (text) => {
			refill(wrong, text);
			/** @type {HTMLElement | null} */ (element.querySelector('input:not(:disabled)'))?.focus();
			return false;
		},
	});
}

/** @param {{ label: Children, checked: boolean, onChange: (checked: boolean) => void }} options */
export function tick({ label, checked, onChange }) {
	const input = h('input', { type: 'checkbox', checked, on: { change: () => onChange(input.checked) } });
	return h('label', { class: 'choice' }, input, h('span', { class: 'choice-text' }, label));
}
