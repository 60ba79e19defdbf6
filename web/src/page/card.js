// SPDX-License-Identifier: AGPL-3.0-or-later
// page/card.js: what stands on an invitation card: series, pin, edition, code

import { decodeBase64url } from '../base/base64url.js';
import { readCardCode } from './card_code.js';

const SERIES = /^[a-z][a-z0-9-]{0,31}$/;
const PIN_LENGTH = 43;

/** @param {string} text @returns {boolean} an id of records.md */
export const isSeries = (text) => SERIES.test(text);

/** @param {string} text @returns {boolean} 43 characters of base64url that hold 32 bytes */
export const isPin = (text) => text.length === PIN_LENGTH && decodeBase64url(text)?.length === 32;

/** @typedef {{ series: string, pin: string, edition: string, code: string }} Card what was not found is ''; code: 35 digits, perhaps mistyped */

const LINK_MAX = 2304;
const LINK = /^(?:[^#]*#)?card:series=([a-z][a-z0-9-]{0,31})(?:;edition=([1-9]\d{0,4}))?(?:;pin=([\w-]{43}))?;code=(\d{35})$/;

/** The text of a card, which has one spelling (spec/cards.md §2), with its address or without. @param {string} text @returns {Card | null} */
export function cardLink(text) {
	const [, series, edition = '', pin = '', code] = LINK.exec(text.length <= LINK_MAX ? text : '') ?? [];
	const sound = series && edition !== '1' && Number(edition) <= 65535 && (pin === '' || isPin(pin)) && readCardCode(code).fault === '';
	return sound ? { series, edition, pin, code } : null;
}

/** Seven groups of five digits, as they are printed. */
const PRINTED = /(?<!\d)\d{5}(?:[\s.-]?\d{5}){6}(?!\d)/;

/**
 * Finds series, pin, edition and code in what somebody pasted: the text of a card, `staff QfM…`, `series: staff`, or several lines with all of them.
 * @param {string} text @returns {Card}
 */
export function parseCard(text) {
	const whole = cardLink(text.trim());
	if (whole)
		return whole;
	const printed = PRINTED.exec(text)?.[0] ?? '';
	text = text.replace(printed, ' ');
	const words = text.normalize('NFKC').split(/[\s,;:="“”'<>|]+/u).filter(Boolean);
	const found = { series: '', pin: words.find(isPin) ?? '', edition: '', code: printed.replace(/\D/g, '') };
	const named = (/** @type {string} */ label) => words[words.findIndex((word) => word.toLowerCase() === label) + 1 || words.length] ?? '';
	if (isSeries(named('series')))
		found.series = named('series');
	if (/^\d{1,5}$/.test(named('edition')))
		found.edition = named('edition');
	const others = words.filter((word) => word !== found.pin);
	if (!found.series && others.length === 1 && isSeries(others[0]))
		found.series = others[0];
	return found;
}

/** The short form of an id: its first 10 bytes modulo 10^24, 24 digits in groups of four (spec/records.md, Form). @param {string} id 43 characters @returns {string} '' when it is none */
export function shortOf(id) {
	const bytes = isPin(id) ? decodeBase64url(id) : null;
	if (!bytes)
		return '';
	const n = bytes.slice(0, 10).reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
	return /** @type {string[]} */ ((n % 10n ** 24n).toString().padStart(24, '0').match(/.{4}/g)).join(' ');
}
