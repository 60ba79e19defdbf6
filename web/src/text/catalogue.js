// SPDX-License-Identifier: AGPL-3.0-or-later
// text/catalogue.js: every text by its key, in the reader's language; numbers, days and plurals as that language writes them

import { ar } from './ar.js';
import { arAnswer } from './ar_answer.js';
import { arHost } from './ar_host.js';
import { arKey } from './ar_key.js';
import { arSign } from './ar_sign.js';
import { en } from './en.js';
import { enAnswer } from './en_answer.js';
import { enHost } from './en_host.js';
import { enSign } from './en_sign.js';

/**
 * A language. texts: key → message. A message may hold `{name}` (an argument), and `{n, plural, one {# person} few {…} other {# people}}` (# is the number; one level; no { inside a branch but arguments).
 * numbers: the locale by which numbers and days are written.
 * @typedef {{ name: string, dir: 'ltr' | 'rtl', numbers: string, texts: Record<string, string> }} Language
 */

/** @type {Record<string, Language>} by the language's tag. A language that lacks a key falls back to English; a test keeps that from happening. */
export const LANGUAGES = {
	en: { name: 'English', dir: 'ltr', numbers: 'en-GB', texts: { ...en, ...enAnswer, ...enHost, ...enSign } },
	ar: { name: 'العربية', dir: 'rtl', numbers: 'ar-u-nu-latn', texts: { ...ar, ...arAnswer, ...arHost, ...arKey, ...arSign } }, /* digits as in keys, codes and files, so that they compare */
};

let current = 'en';

/** The first of the wanted tags that we have. @param {readonly string[]} wanted such as navigator.languages @returns {string} */
export function pickLanguage(wanted) {
	for (const tag of wanted) {
		const base = tag.toLowerCase().split('-')[0];
		if (Object.hasOwn(LANGUAGES, base))
			return base;
	}
	return 'en';
}

/** @param {string} tag one of LANGUAGES */
export function setLanguage(tag) {
	if (!Object.hasOwn(LANGUAGES, tag))
		throw new Error(`no language ${tag}`);
	current = tag;
}

export const language = () => current;
export const direction = () => LANGUAGES[current].dir;

/** @param {string} key @returns {boolean} */
export const has = (key) => Object.hasOwn(LANGUAGES[current].texts, key) || Object.hasOwn(LANGUAGES.en.texts, key);

/** @typedef {string | number | object} Argument a number is written as the language does; an object (a Node of the page) stays whole */

/**
 * The text. Arguments that are strings are set apart with U+2068 and U+2069 where one of them or the line runs from right to left, so that neither disturbs the other.
 * @param {string} key @param {Record<string, string | number>} [args] @returns {string}
 */
export function t(key, args = {}) {
	return parts(key, args).map((part) => (typeof part === 'string' ? part : setApart(String(part.value)))).join('');
}

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** @param {string} text */
const setApart = (text) => (direction() === 'rtl' || RIGHT_TO_LEFT.test(text) ? `\u2068${text}\u2069` : text);

/**
 * The text in pieces, so that the page can put elements where arguments stand.
 * @param {string} key @param {Record<string, Argument>} [args] @returns {(string | { value: Argument })[]}
 */
export function parts(key, args = {}) {
	const message = LANGUAGES[current].texts[key] ?? LANGUAGES.en.texts[key];
	if (message === undefined)
		throw new Error(`no text ${key}`);
	return fillMessage(message, args, key);
}

/** @param {string} message @param {Record<string, Argument>} args @param {string} key @returns {(string | { value: Argument })[]} */
function fillMessage(message, args, key) {
	/** @type {(string | { value: Argument })[]} */
	const out = [];
	for (let at = 0; at < message.length; ) {
		const open = message.indexOf('{', at);
		if (open < 0) {
			out.push(message.slice(at));
			break;
		}
		if (open > at)
			out.push(message.slice(at, open));
		const close = closing(message, open, key);
		out.push(...fillHole(message.slice(open + 1, close), args, key));
		at = close + 1;
	}
	return out;
}

/** @param {string} hole between the braces @param {Record<string, Argument>} args @param {string} key @returns {(string | { value: Argument })[]} */
function fillHole(hole, args, key) {
	const [argument, kind] = hole.split(',', 2).map((part) => part.trim());
	if (!Object.hasOwn(args, argument))
		throw new Error(`text ${key} wants ${argument}`);
	const value = args[argument];
	if (kind !== 'plural')
		return typeof value === 'number' ? [number(value)] : [{ value }];
	const branch = pluralBranch(hole, Number(value), key).replaceAll('#', () => number(Number(value)));
	return fillMessage(branch, args, key);
}

/** @param {string} hole @param {number} n @param {string} key @returns {string} */
function pluralBranch(hole, n, key) {
	/** @type {Record<string, string>} */
	const branches = {};
	for (let at = hole.indexOf('plural') + 'plural'.length; ; ) {
		const open = hole.indexOf('{', at);
		if (open < 0)
			break;
		const close = closing(hole, open, key);
		branches[hole.slice(at, open).replace(',', '').trim()] = hole.slice(open + 1, close);
		at = close + 1;
	}
	const chosen = branches[`=${n}`] ?? branches[made('plural', (locale) => new Intl.PluralRules(locale)).select(n)] ?? branches.other;
	if (chosen === undefined)
		throw new Error(`text ${key} lacks the plural other`);
	return chosen;
}

/** @param {string} text @param {number} open @param {string} key @returns {number} where the brace at open closes */
function closing(text, open, key) {
	let depth = 0;
	for (let i = open; i < text.length; i++) {
		if (text[i] === '{')
			depth++;
		else if (text[i] === '}' && --depth === 0)
			return i;
	}
	throw new Error(`text ${key} has an open brace`);
}

/** @type {Map<string, any>} */
const makers = new Map();

/** Intl's writers are dear to make and cheap to use. @template T @param {string} kind @param {(locale: string) => T} make @returns {T} */
function made(kind, make) {
	const locale = LANGUAGES[current].numbers, key = `${kind} ${locale}`;
	if (!makers.has(key))
		makers.set(key, make(locale));
	return makers.get(key);
}

/** Names in the order of the language. @param {string} a @param {string} b @returns {number} */
export const collate = (a, b) => made('collate', (locale) => new Intl.Collator(locale)).compare(a, b);

/** @param {number} n @returns {string} */
export const number = (n) => made('number', (locale) => new Intl.NumberFormat(locale)).format(n);

/** @param {number} n 0 … 100 @returns {string} such as 63 % */
export const percent = (n) => made('percent', (locale) => new Intl.NumberFormat(locale, { style: 'percent' })).format(n / 100);

/** @param {string} text YYYY-MM-DD @returns {string} such as 25 December 2026; anything else comes back as it is */
export function day(text) {
	if (!/^\d{4}-\d\d-\d\d$/.test(text))
		return text;
	return made('day', (locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC', calendar: 'gregory' })).format(new Date(`${text}T00:00:00Z`));
}

/** @param {string[]} items @returns {string} A, B and C */
export const list = (items) => made('list', (locale) => new Intl.ListFormat(locale, { type: 'conjunction' })).format(items);

/** A language's name in the page's language. @param {string} tag @returns {string} */
export function languageName(tag) {
	try {
		return new Intl.DisplayNames(LANGUAGES[current].numbers, { type: 'language' }).of(tag) ?? tag;
	} catch {
		return tag;
	}
}
