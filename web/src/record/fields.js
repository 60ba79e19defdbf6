// SPDX-License-Identifier: AGPL-3.0-or-later
// record/fields.js: JSON's values into a record's and back, kind by kind (kinds.js)

import { decodeBase64url, encodeBase64url } from '../base/base64url.js';
import { compare } from '../base/bytes.js';
import { Refusal } from '../base/refusal.js';
import { isAuthorityKey } from '../proof/authority.js';
import { isDay } from './day.js';
import { faultOfText, sizeOfText } from './text.js';

/** @typedef {import('./kinds.js').Kind} Kind */
/** @typedef {import('./kinds.js').Members} Members */
/** @typedef {import('../base/refusal.js').Code} Code */

const ID = /^[a-z][a-z0-9-]{0,31}$/;
const LANGUAGE = /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/;
const URL_FORM = /^https?:\/\/[\x21-\x7e]+$/;
const LANGUAGE_MAX = 35;
const URL_MAX = 2048;
const NAME_DIGITS = 43;

/** @param {string} text whether it has the form of an id */
export const isId = (text) => ID.test(text);

/** @param {boolean} fits @param {Code} code @param {string} member */
function need(fits, code, member) {
	if (!fits)
		throw new Refusal(code, { member });
}

/** @param {unknown} value @param {string} member @returns {string} */
function stringOf(value, member) {
	need(typeof value === 'string', 'member_type', member);
	return /** @type {string} */ (value);
}

/** @type {{ [K in Kind['kind']]: (kind: Extract<Kind, { kind: K }>, value: unknown, member: string) => unknown }} */
const decoders = {
	text(kind, value, member) {
		const text = stringOf(value, member);
		need(text.length <= kind.max && text.length >= kind.min && sizeOfText(text) <= kind.max, 'text_length', member);
		const fault = faultOfText(text, kind.long);
		if (fault)
			throw new Refusal(fault, { member });
		return text;
	},
	id(kind, value, member) {
		const text = stringOf(value, member);
		need(isId(text) || (kind.star && text === '*'), 'id_form', member);
		return text;
	},
	name(kind, value, member) {
		const text = stringOf(value, member);
		if (kind.empty && text === '')
			return text;
		need(text.length <= NAME_DIGITS + 1, 'size', member);
		const bytes = decodeBase64url(text);
		need(bytes !== null, 'base64', member);
		need(/** @type {Uint8Array} */ (bytes).length === 32, 'size', member);
		need(!kind.authority || isAuthorityKey(/** @type {Uint8Array} */ (bytes)), 'ed25519_point', member);
		return text;
	},
	bytes(kind, value, member) {
		const text = stringOf(value, member);
		need(text.length <= Math.ceil((kind.max * 4) / 3), 'size', member);
		const bytes = decodeBase64url(text);
		if (bytes === null)
			throw new Refusal('base64', { member });
		need(bytes.length >= kind.min && bytes.length <= kind.max && (bytes.length - kind.base) % kind.step === 0, 'size', member);
		need(!kind.ascending || isAscendingRun(bytes, kind.step), 'not_ascending', member);
		return bytes;
	},
	number(kind, value, member) {
		need(typeof value === 'number', 'member_type', member);
		const number = /** @type {number} */ (value);
		need(number >= kind.min && number <= kind.max, 'number', member);
		return number;
	},
	day(kind, value, member) {
		const text = stringOf(value, member);
		need((kind.empty && text === '') || isDay(text), 'date', member);
		return text;
	},
	choice(kind, value, member) {
		const text = stringOf(value, member);
		need(kind.of.includes(text), 'choice', member);
		return text;
	},
	language(kind, value, member) {
		const text = stringOf(value, member);
		need(text.length <= LANGUAGE_MAX && LANGUAGE.test(text), 'language_form', member);
		return text;
	},
	url(kind, value, member) {
		const text = stringOf(value, member);
		need(text === '' || (text.length <= URL_MAX && URL_FORM.test(text)), 'url', member);
		return text;
	},
	list(kind, value, member) {
		need(Array.isArray(value), 'member_type', member);
		const values = /** @type {unknown[]} */ (value);
		need(values.length >= kind.min && values.length <= kind.max, 'list_length', member);
		const entries = values.map((entry) => /** @type {Record<string, unknown>} */ (decodeField(kind.of, entry, member)));
		if (kind.ascending)
			checkAscending(entries, kind.ascending, kind.of.members[kind.ascending], member);
		for (const name of kind.distinct)
			checkDistinct(entries, name, member);
		return entries;
	},
	object(kind, value, member) {
		return decodeMembers(kind.members, value, member);
	},
};

/**
 * @param {Kind} kind @param {unknown} value what JSON said @param {string} member its path, for refusals
 * @returns {unknown} as shapes.d.ts has it
 */
export function decodeField(kind, value, member) {
	return /** @type {(kind: Kind, value: unknown, member: string) => unknown} */ (decoders[kind.kind])(kind, value, member);
}

/**
 * Exactly these members. @param {Members} members @param {unknown} value @param {string} path @returns {Record<string, unknown>}
 */
export function decodeMembers(members, value, path) {
	need(typeof value === 'object' && value !== null && !Array.isArray(value), 'member_type', path);
	const object = /** @type {Record<string, unknown>} */ (value);
	for (const name of Object.keys(object))
		need(Object.hasOwn(members, name), 'member_unknown', join(path, shown(name)));
	/** @type {Record<string, unknown>} */
	const out = {};
	for (const name of Object.keys(members)) {
		need(Object.hasOwn(object, name), 'member_missing', join(path, name));
		out[name] = decodeField(members[name], object[name], join(path, name));
	}
	return out;
}

/** @param {string} path @param {string} name */
const join = (path, name) => (path === '' ? name : `${path}.${name}`);
/** A foreign name is foreign text. @param {string} name */
const shown = (name) => (/^[a-z_]{1,32}$/.test(name) ? name : '');

/** @param {Uint8Array} bytes @param {number} step */
function isAscendingRun(bytes, step) {
	for (let at = step; at < bytes.length; at += step) {
		let i = 0;
		while (i < step && bytes[at + i] === bytes[at - step + i])
			i++;
		if (i === step || bytes[at + i] < bytes[at - step + i])
			return false;
	}
	return true;
}

/** By decoded bytes, strictly. @param {Record<string, unknown>[]} entries @param {string} name @param {Kind} kind @param {string} path */
function checkAscending(entries, name, kind, path) {
	for (let i = 1; i < entries.length; i++) {
		const before = /** @type {string} */ (entries[i - 1][name]), here = /** @type {string} */ (entries[i][name]);
		need(kind.kind === 'name' ? compareNames(before, here) < 0 : before < here, 'not_ascending', path);
	}
}

/** @param {Record<string, unknown>[]} entries @param {string} name @param {string} path */
function checkDistinct(entries, name, path) {
	const values = entries.map((entry) => entry[name]).filter((value) => value !== '');
	need(new Set(values).size === values.length, 'doubled', join(path, name));
}

/** Two Names by their bytes (base64url does not sort like them). @param {string} a @param {string} b */
export const compareNames = (a, b) => compare(bytesOfName(a), bytesOfName(b));

/** @param {string} name @returns {Uint8Array} 32 bytes */
export function bytesOfName(name) {
	const bytes = decodeBase64url(name);
	if (bytes === null || bytes.length !== 32)
		throw new Error('not a Name');
	return bytes;
}

/** The way back; what decodeField would refuse must not be given. @param {Kind} kind @param {any} value @returns {unknown} */
export function encodeField(kind, value) {
	if (kind.kind === 'bytes')
		return encodeBase64url(value);
	if (kind.kind === 'list')
		return value.map((/** @type {unknown} */ entry) => encodeField(kind.of, entry));
	if (kind.kind === 'object')
		return encodeMembers(kind.members, value);
	return value;
}

/** @param {Members} members @param {any} value @returns {Record<string, unknown>} */
export const encodeMembers = (members, value) => Object.fromEntries(Object.keys(members).map((name) => [name, encodeField(members[name], value[name])]));
