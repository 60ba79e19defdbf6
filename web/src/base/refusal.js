// SPDX-License-Identifier: AGPL-3.0-or-later
// base/refusal.js: why something is refused: one list of codes; the sentences for people stand in the catalogues (text/)

/** Every reason for which anything here is refused. The names are those of the command's own list, in lower case. */
export const CODES = /** @type {const} */ ([
	'stopped', 'limit', 'base64', 'size', 'date', 'number_form', 'number', 'id_form', 'language_form', 'url', 'text',
	'text_length', 'text_control', 'text_invisible', 'text_noncharacter', 'list_length', 'not_ascending', 'doubled',
	'choice', 'scalar', 'point', 'identity', 'ed25519_point', 'ring_size', 'not_in_ring', 'truncated', 'json',
	'nesting', 'duplicate_member', 'canonical', 'not_object', 'member_missing', 'member_unknown', 'member_type', 'type',
	'version', 'newer', 'no_letter', 'second_letter', 'before_letter', 'before_words', 'repeated', 'keys_due',
	'keys_unasked', 'keys_other', 'key_doubled', 'keys_too_many', 'extends', 'roster_other', 'body_renamed',
	'body_gains_nothing', 'roster_fixed', 'wave_small', 'roster_unknown', 'roster_earlier', 'dates_order',
	'outside_edition', 'after_ends', 'quorum_size', 'rules_bodies', 'min_ring_above_roster', 'other_letter',
	'words_other', 'sealed_twice', 'sealed_after_words', 'no_role', 'authority_signature', 'quorum_registrars',
	'quorum_organisers', 'quorum_party', 'ring_unknown', 'ring_not_allowed', 'ring_below_min', 'ring_above_share',
	'proof', 'tag_known', 'tag_unknown', 'withdrawn_already', 'voted_already', 'after_closes', 'question_unknown', 'choice_unknown',
	'party_unknown', 'party_known', 'not_addressee', 'name_taken', 'key_taken', 'demand_unknown', 'about_unknown',
	'clarifies_unknown', 'clarifies_later', 'clarifies_authenticated', 'closes_kind', 'language_own', 'demands_other',
	'pin', 'sealed', 'link', 'passphrase', 'key_file', 'key_kind', 'code_form', 'code_check', 'edition', 'possession',
	'bundle', 'dated_ahead', 'file_too_large', 'memory', 'no_webcrypto',
]);
/** @typedef {(typeof CODES)[number]} Code */

/** Bad input, or an act that the rules refuse. Our own mistakes are plain Errors. */
export class Refusal extends Error {
	/**
	 * @param {Code} code
	 * @param {{ line?: number, member?: string, detail?: string }} [place] line: from 1, 0 where there is none; member: of the record; detail: for engineers, never for people
	 */
	constructor(code, { line = 0, member = '', detail = '' } = {}) {
		super(`${code}${member && `: ${member}`}${detail && ` (${detail})`}${line ? ` in line ${line}` : ''}`);
		this.name = 'Refusal';
		this.code = code;
		this.line = line;
		this.member = member;
		this.detail = detail;
	}
}

/** @typedef {(done: number, total: number) => void} Progress told now and then by long work; total 0: unknown */
/** @typedef {(n: number) => Uint8Array} Random n fresh bytes */
