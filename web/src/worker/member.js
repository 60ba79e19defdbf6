// SPDX-License-Identifier: AGPL-3.0-or-later
// worker/member.js: the member's key while the worker lives: made, opened, written, moved on, wiped

import { decodeBase64url, encodeBase64url } from '../base/base64url.js';
import { Refusal } from '../base/refusal.js';
import { decodeScalar } from '../group/scalar.js';
import { enrolmentLine } from '../letter/enrolment.js';
import { decodeCode, encodeCode, suggestCode, wrongGroups } from '../proof/code.js';
import { advance, EDITION_MAX, editionKey, STATE_SIZE } from '../proof/edition.js';
import { openKeyFile, sealKeyFile } from '../proof/keyfile.js';
import { shortForm } from '../proof/pin.js';
import { memberKey } from '../proof/possession.js';

/** @typedef {import('../base/refusal.js').Progress} Progress */
/** @typedef {import('../base/refusal.js').Random} Random */
/** @typedef {import('../proof/keyfile.js').KeyContent} KeyContent */
/** @typedef {import('./tasks.d.ts').KeyShown} KeyShown */
/** @typedef {import('./tasks.d.ts').KeyNew} KeyNew */

const SERIES_FORM = /^[a-z][a-z0-9-]{0,31}$/;

/** @param {string} series */
function checkSeries(series) {
	if (!SERIES_FORM.test(series))
		throw new Refusal('id_form', { member: 'series' });
	return series;
}

/** @param {string} text 43 characters, or '' @returns {Uint8Array | null} */
function decodePin(text) {
	const pin = text === '' ? null : decodeBase64url(text);
	if (text !== '' && pin === null)
		throw new Refusal('base64', { member: 'pin' });
	if (pin !== null && pin.length !== 32)
		throw new Refusal('size', { member: 'pin' });
	return pin;
}

/** What a code was meant to be goes along, for asking. @param {string} code */
function decodeTyped(code) {
	try {
		return decodeCode(code);
	} catch (error) {
		const suggestion = suggestCode(code);
		throw suggestion === null ? error : new Refusal('code_check', { detail: suggestion });
	}
}

/** @param {KeyContent} content @param {string} passphrase '': none @param {boolean} thrifty @param {Random} random @param {Progress} [progress] */
export function sealed(content, passphrase, thrifty, random, progress) {
	const none = passphrase.replace(/\n$/, '') === '';
	return sealKeyFile(content, passphrase, { kdf: none ? 0 : thrifty ? 2 : 1, random, progress });
}

/** A member's key: of a chain's present edition, or imported. */
export class MemberKey {
	/** @type {KeyContent} */
	#content;

	/** @param {KeyContent} content taken over: wipe() clears it */
	constructor(content) {
		this.#content = content;
	}

	/** @param {{ series: string, edition: number, pin: string }} given @param {Random} random */
	static make({ series, edition, pin }, random) {
		if (!Number.isInteger(edition) || edition < 1 || edition > EDITION_MAX)
			throw new Refusal('edition', { member: 'edition' });
		return new MemberKey({ kind: 'chain', edition, secret: random(STATE_SIZE), series: checkSeries(series), pin: decodePin(pin) });
	}

	/** @param {Uint8Array} file @param {string} passphrase @param {Progress} [progress] @throws {Refusal} also key_kind: an authority's */
	static open(file, passphrase, progress) {
		const content = openKeyFile(file, passphrase, progress);
		if (content.kind !== 'authority')
			return new MemberKey(content);
		content.secret.fill(0);
		throw new Refusal('key_kind');
	}

	/** @param {{ code: string, series: string, pin: string }} given @throws {Refusal} code_form, code_check with the suggestion as its detail */
	static fromCode({ code, series, pin }) {
		const rest = { series: checkSeries(series), pin: decodePin(pin) };
		const { state, edition } = decodeTyped(code);
		return new MemberKey({ kind: 'chain', edition, secret: state, ...rest });
	}

	get kind() {
		return /** @type {'chain' | 'imported'} */ (this.#content.kind);
	}
	get edition() {
		return this.#content.edition;
	}
	get series() {
		return this.#content.series;
	}
	get pin() {
		return this.#content.pin;
	}

	/** x; not kept, since a bigint cannot be wiped. @returns {bigint} */
	secret() {
		const { kind, secret, series } = this.#content;
		const x = kind === 'chain' ? editionKey(secret, series) : decodeScalar(secret);
		if (x === null)
			throw new Error('a key file let through a secret out of range');
		return x;
	}

	/** @returns {KeyShown} */
	show() {
		const { edition, series, pin } = this.#content;
		return { kind: this.kind, edition, series, short: shortForm(memberKey(this.secret())), pin: pin ? encodeBase64url(pin) : '', pin_short: pin ? shortForm(pin) : '' };
	}

	/** @returns {KeyNew} */
	showNew() {
		return { ...this.show(), code: this.code() };
	}

	/** @returns {string} @throws {Refusal} key_kind: an imported key has none */
	code() {
		this.#mustBeChain();
		return encodeCode({ state: this.#content.secret, edition: this.edition });
	}

	/** @param {string} typed @returns {number[]} */
	wrongGroups(typed) {
		return wrongGroups(typed, this.code());
	}

	/** @param {string} passphrase '': none @param {boolean} thrifty @param {Random} random @param {Progress} [progress] */
	seal(passphrase, thrifty, random, progress) {
		return sealed(this.#content, passphrase, thrifty, random, progress);
	}

	/** Moves on; what came before is wiped. @param {number} edition @throws {Refusal} edition: not later, none such, or not a chain */
	advance(edition) {
		if (this.kind !== 'chain' || !Number.isInteger(edition) || edition <= this.edition || edition > EDITION_MAX)
			throw new Refusal('edition');
		this.#content = { ...this.#content, secret: advance(this.#content.secret, edition - this.edition), edition };
	}

	/** @param {string} body @param {number} editions @param {Random} random @throws {Refusal} key_kind, id_form, limit */
	enrol(body, editions, random) {
		this.#mustBeChain();
		const { secret: state, edition, series } = this.#content;
		const line = enrolmentLine({ state, edition, series }, body, editions, random);
		return { line, short: this.show().short, first: edition, last: edition + editions - 1 };
	}

	wipe() {
		this.#content.secret.fill(0);
		this.#content.pin?.fill(0);
	}

	#mustBeChain() {
		if (this.kind !== 'chain')
			throw new Refusal('key_kind');
	}
}
