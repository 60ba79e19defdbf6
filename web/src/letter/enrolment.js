// SPDX-License-Identifier: AGPL-3.0-or-later
// letter/enrolment.js: the line that asks for a place on the roll (spec/records.md, Outside the letter file)

import { encodeBase64url } from '../base/base64url.js';
import { Refusal } from '../base/refusal.js';
import { EDITION_MAX, editionKey, nextState } from '../proof/edition.js';
import { memberKey, provePossession } from '../proof/possession.js';
import { encodeRecord } from '../record/record.js';

/** @typedef {import('../base/refusal.js').Random} Random */

/** What a line of 64 KiB holds. */
export const EDITIONS_MAX = 384;
const BODY_FORM = /^[a-z][a-z0-9-]{0,31}$/;

/**
 * The canonical line, without LF: public keys of this edition and of those that follow it, each with its proof. The chain itself is not advanced.
 * @param {{ state: Uint8Array, edition: number, series: string }} chain
 * @param {string} body @param {number} editions 1 … 384 @param {Random} random
 * @returns {string}
 * @throws {Refusal} id_form (body), limit (editions, also where they pass the last one there is)
 */
export function enrolmentLine(chain, body, editions, random) {
	const { edition: first, series } = chain;
	if (!BODY_FORM.test(body))
		throw new Refusal('id_form', { member: 'body' });
	if (!Number.isInteger(editions) || editions < 1 || editions > EDITIONS_MAX || first + editions - 1 > EDITION_MAX)
		throw new Refusal('limit', { member: 'editions' });
	const keys = [];
	/** @type {Uint8Array} */
	let state = chain.state.slice();
	for (let edition = first; edition < first + editions; edition++) {
		const x = editionKey(state, series);
		keys.push({ edition, key: encodeBase64url(memberKey(x)), proof: provePossession(x, series, edition, random(32)) });
		const next = nextState(state);
		state.fill(0);
		state = next;
	}
	state.fill(0);
	return new TextDecoder().decode(encodeRecord({ type: 'enrolment', v: 1, body, series, keys }));
}
