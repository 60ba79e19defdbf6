// SPDX-License-Identifier: AGPL-3.0-or-later
// letter/bundle.js: a signing bundle holds what signing in one ring needs, and nothing else (spec/records.md, Outside the letter file; As built: Bundles)

import { Refusal } from '../base/refusal.js';

/** @typedef {import('./letter.js').Letter} Letter */
/** @typedef {import('./roll.js').RosterEntry} RosterEntry */
/** @typedef {import('../record/shapes.js').AnyRecord} AnyRecord */

const TYPES = new Set(['roster', 'keys', 'letter', 'words', 'sealed', 'question', 'statement', 'party', 'notice']);

/** What a reader of files says of a bundle: then it is worth a reading as one. @param {Refusal} refusal */
export const mayBeBundle = ({ code }) => code === 'keys_due' || code === 'keys_other' || code === 'about_unknown';

/** The shape of one bundle: all keys of the listed rosters, or those of one body in every listed roster that has it. */
export class BundleShape {
	/** The body whose keys alone are here; null: not known yet. @type {string | null} */
	#body = null;
	#mayBeAll = true;
	#mayBeOne = true;
	/** @type {Set<string>} bodies whose keys were passed over */
	#absent = new Set();

	/** Where a `keys` record of this body may stand: further down the roster than the last. @param {RosterEntry} roster @param {string} body @returns {number} */
	place(roster, body) {
		for (let at = roster.due; at < roster.blocks.length; at++)
			if (roster.blocks[at].body.id === body)
				return at;
		throw new Refusal('keys_other', { member: 'body' });
	}

	/** No more keys of this roster: they must be all, or those of the one body. @param {RosterEntry} roster @param {number} line that shows it */
	leave(roster, line) {
		const here = roster.blocks.filter(({ keys }) => keys !== null);
		for (const { body, keys } of roster.blocks)
			if (keys === null)
				this.#absent.add(body.id);
		this.#mayBeAll &&= here.length === roster.blocks.length;
		if (here.length === 1)
			this.#body ??= here[0].body.id;
		this.#mayBeOne &&= here.length <= 1 && here.every(({ body }) => body.id === this.#body) && !this.#absent.has(this.#body ?? '');
		if (!this.#mayBeAll && !this.#mayBeOne)
			throw new Refusal('bundle', { line, detail: 'neither all keys nor those of one body' });
	}

	/** @param {Letter} letter @param {AnyRecord} record */
	checkRecord(letter, record) {
		if (!TYPES.has(record.type) || (record.type === 'notice' && record.kind !== 'deadline'))
			throw new Refusal('bundle', { member: 'type' });
		if (record.type === 'words' && letter.sealed !== null)
			throw new Refusal('bundle', { detail: 'words or sealed, not both' });
	}

	/** No more lines. @param {Letter} letter @param {number} line after the last */
	end(letter, line) {
		if (this.#body === null && !this.#mayBeAll)
			throw new Refusal('keys_due', { line });
		const needed = statementsNeeded(letter);
		for (const { id, line: at } of letter.statements.values())
			if (!needed.has(id))
				throw new Refusal('bundle', { line: at, detail: 'no question needs it' });
	}
}

/** Those that questions are about, and what these clarify. @param {Letter} letter */
function statementsNeeded({ questions, statements }) {
	/** @type {Set<string>} */
	const needed = new Set();
	for (const { record } of questions.values())
		for (let id = record.about; id !== '' && !needed.has(id); id = statements.get(id)?.record.clarifies ?? '')
			needed.add(id);
	return needed;
}
