// SPDX-License-Identifier: AGPL-3.0-or-later
// letter/statement.js: what a party says itself: a statement signed with the key that the letter names as its own (spec/records.md, Types: `statement`)

import { Refusal } from '../base/refusal.js';
import { decodeRecord, encodeRecord, signedMessageOf } from '../record/record.js';

/** @typedef {import('../record/shapes.js').Statement} Statement */
/** Who signs. key: a Name. @typedef {{ key: string, sign: (message: Uint8Array) => Uint8Array }} Author */
/** What is said, as typed. source: an address, or ''. @typedef {Pick<Statement, 'on' | 'language' | 'text' | 'clarifies' | 'stances'> & { source: string }} Said */

/** As the command writes texts into records. @param {string} text */
const tidy = (text) => text.trim().replace(/\r\n?/g, '\n').normalize('NFC');

/**
 * Signed, and judged as if it stood below the letter's last line; the letter stays as it is.
 * @param {import('./letter.js').Letter} letter read to its end without fault @param {Author} author @param {Said} said @param {string} today
 * @returns {{ line: Uint8Array, id: string, record: Statement }} line: without LF
 * @throws {Refusal} no_role: the key is no party's; dated_ahead; what any reader of the letter would refuse it for
 */
export function signStatement(letter, author, { on, language, text, source, clarifies, stances }, today) {
	const party = letter.parties.all.find(({ key }) => key === author.key);
	if (party === undefined)
		throw new Refusal('no_role', { member: 'signatures' });
	if (on > today)
		throw new Refusal('dated_ahead', { member: 'on' });
	/** @type {Statement} */
	const record = {
		type: 'statement', v: 1, letter: letter.id, party: party.id, on, language, text: tidy(text), source: { url: source.trim(), sha256: '' }, clarifies,
		stances: stances.map(({ demand, stance, note }) => ({ demand, stance, note: tidy(note) })), signatures: [],
	};
	decodeRecord(encodeRecord(record)); /* nothing is signed that is no record */
	record.signatures = [{ key: author.key, signature: author.sign(signedMessageOf(record)) }];
	const line = encodeRecord(record);
	return { line, id: letter.judge(line), record };
}
