// SPDX-License-Identifier: AGPL-3.0-or-later
// letter/act.js: what a member does: sign, withdraw, vote. No tag is computed before the letter was checked whole, its registrars compared and its words opened (spec/protocol.md §2)

import { encodeBase64url } from '../base/base64url.js';
import { compare, equal } from '../base/bytes.js';
import { Refusal } from '../base/refusal.js';
import { memberKey } from '../proof/possession.js';
import { proveRing } from '../proof/ring.js';
import { computeTag, signWithTag, verifyTagSignature } from '../proof/tag.js';
import { encodeRecord, tagMessageOf } from '../record/record.js';
import { choiceOf } from './rings.js';
import { closesOf } from './state.js';

/** @typedef {import('../base/refusal.js').Progress} Progress */
/** @typedef {import('../base/refusal.js').Random} Random */
/** @typedef {import('../base/refusal.js').Code} Code */
/** @typedef {import('../record/shapes.js').Day} Day */
/** @typedef {import('./letter.js').Letter} Letter */
/** @typedef {import('./ring.js').Ring} Ring */
/**
 * Who acts. pin: null where the member has none. secret(): x.
 * @typedef {{ kind: 'chain' | 'imported', edition: number, series: string, pin: Uint8Array | null, secret: () => bigint }} Member
 */
/** @typedef {{ roster: import('./roll.js').RosterEntry, own: Ring, all: Ring }} Place */

const decoder = new TextDecoder();
const KEY = 32;
/* only checked() has it: nothing else makes an Actor, and only an Actor has a tag */
const PASS = Symbol('checked');

/**
 * The one way to a tag: each of these in turn, or a refusal and no tag.
 * @param {Letter} letter read to its end without fault; its words in the file, or opened and shown
 * @param {Member} member
 * @param {typeof computeTag} [tagOf] for tests that count how often it is asked
 * @returns {Actor}
 * @throws {Refusal} no_letter, sealed, pin, key_kind, edition, not_in_ring
 */
export function checked(letter, member, tagOf = computeTag) {
	if (!letter.ended)
		throw new Refusal('no_letter');
	if (letter.shownWords === null)
		throw new Refusal('sealed');
	if (member.pin !== null && !equal(member.pin, letter.pin))
		throw new Refusal('pin');
	checkEdition(letter, member);
	const x = member.secret(), key = memberKey(x);
	const place = letter.roll.findKey(key);
	if (place === null)
		throw new Refusal('not_in_ring');
	return new Actor(PASS, { letter, member, place, x, key, tag: tagOf(x, letter.idBytes) });
}

/** A chain's key is one of its edition; an imported one belongs to rosters of edition 0. @param {Letter} letter @param {Member} member */
function checkEdition(letter, member) {
	const { edition, series } = /** @type {import('./roll.js').RosterEntry} */ (letter.roll.base).record;
	if ((member.kind === 'imported') !== (edition === 0))
		throw new Refusal('key_kind');
	if (member.kind === 'chain' && series !== member.series)
		throw new Refusal('not_in_ring', { member: 'series' });
	if (member.edition !== edition)
		throw new Refusal('edition');
}

/** @param {Day} today @param {Day} last @param {Code} code */
function inTime(today, last, code) {
	if (today > last)
		throw new Refusal(code);
}

/** @param {Uint8Array} keys ascending, concatenated @param {Uint8Array} key @returns {number} where it stands */
function indexOf(keys, key) {
	let low = 0, high = keys.length / KEY;
	while (low < high) {
		const middle = (low + high) >>> 1;
		if (compare(keys.subarray(KEY * middle, KEY * (middle + 1)), key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (!equal(keys.subarray(KEY * low, KEY * (low + 1)), key))
		throw new Error('a ring lacks the key that it was found by');
	return low;
}

/** A member on a letter, with the tag. Made by checked() alone. */
export class Actor {
	#x;
	#key;
	#tag;

	/** @param {symbol} pass @param {{ letter: Letter, member: Member, place: Place, x: bigint, key: Uint8Array, tag: Uint8Array }} given */
	constructor(pass, { letter, member, place, x, key, tag }) {
		if (pass !== PASS)
			throw new Error('an Actor is made by checked()');
		this.letter = letter;
		this.member = member;
		this.place = place;
		this.#x = x;
		this.#key = key;
		this.#tag = tag;
	}

	/** Whether this member's tag stands in the file, and in which ring. A bundle holds no tags. */
	get standing() {
		const tag = this.letter.tags.get(encodeBase64url(this.#tag));
		if (tag === undefined)
			return { stands: /** @type {const} */ ('none'), ring: '' };
		return { stands: tag.withdrawn ? /** @type {const} */ ('withdrawn') : /** @type {const} */ ('signed'), ring: tag.ring.label };
	}

	/** This member's votes, as far as the file tells. */
	get votes() {
		return [...(this.letter.tags.get(encodeBase64url(this.#tag))?.votes ?? [])].map(([question, choice]) => ({ question, choice }));
	}

	/**
	 * @param {string} label of the ring: the body's id or `*` @param {{ today: Day, random: Random, progress?: Progress }} how
	 * @returns {string} the record, without LF; its proof was verified
	 * @throws {Refusal} after_closes, tag_known, withdrawn_already, ring_*
	 */
	sign(label, { today, random, progress }) {
		const { letter, place } = this;
		this.#mustNotStand();
		inTime(today, closesOf(letter), 'after_closes');
		const ring = [place.own, place.all].find((each) => each.label === label);
		if (ring === undefined)
			throw new Refusal('ring_unknown', { member: 'ring' });
		const { may } = choiceOf(ring, letter.rules, letter.bundle !== null);
		if (may !== 'yes')
			throw new Refusal(may, { member: 'ring' });
		const { tag, proof } = proveRing({
			letterId: letter.idBytes, ringId: ring.id, points: ring.points, index: indexOf(ring.keys, this.#key), secret: this.#x, fresh: random(32), progress,
		});
		if (!equal(tag, this.#tag))
			throw new Error('a proof came with another tag');
		return lineOf({ type: 'signature', v: 1, letter: letter.id, roster: place.roster.id, ring: label, tag: encodeBase64url(tag), proof });
	}

	/** @param {{ today: Day, random: Random, waits?: boolean }} how waits: a signature may exist that the file does not hold @returns {string} @throws {Refusal} after_ends, tag_unknown, withdrawn_already; a bundle cannot tell the latter two */
	withdraw({ today, random, waits = false }) {
		inTime(today, this.letter.rules.ends, 'after_ends');
		this.#mustStand(waits);
		return this.#signed({ type: 'withdrawal', v: 1, letter: this.letter.id, tag: encodeBase64url(this.#tag) }, random);
	}

	/**
	 * @param {string} question its id, base64url @param {string} choice @param {{ today: Day, random: Random, waits?: boolean }} how @returns {string}
	 * @throws {Refusal} question_unknown, choice_unknown, after_closes, tag_unknown, withdrawn_already, voted_already
	 */
	vote(question, choice, { today, random, waits = false }) {
		const asked = this.letter.questions.get(question)?.record;
		if (asked === undefined)
			throw new Refusal('question_unknown', { member: 'question' });
		if (!asked.choices.some(({ id }) => id === choice))
			throw new Refusal('choice_unknown', { member: 'choice' });
		inTime(today, asked.closes, 'after_closes');
		this.#mustStand(waits);
		if (this.votes.some((vote) => vote.question === question))
			throw new Refusal('voted_already');
		return this.#signed({ type: 'vote', v: 1, letter: this.letter.id, question, tag: encodeBase64url(this.#tag), choice }, random);
	}

	#mustNotStand() {
		const { stands } = this.standing;
		if (stands !== 'none')
			throw new Refusal(stands === 'signed' ? 'tag_known' : 'withdrawn_already');
	}

	/** @param {boolean} waits */
	#mustStand(waits) {
		const { stands } = this.standing;
		if (stands === 'withdrawn')
			throw new Refusal('withdrawn_already');
		if (stands === 'none' && this.letter.bundle === null && !waits)
			throw new Refusal('tag_unknown');
	}

	/** @param {Omit<import('../record/shapes.js').Withdrawal, 'proof'> | Omit<import('../record/shapes.js').Vote, 'proof'>} record @param {Random} random */
	#signed(record, random) {
		const message = tagMessageOf(record), id = this.letter.idBytes;
		const proof = signWithTag(this.#x, id, message, random(32));
		if (!verifyTagSignature(id, this.#tag, message, proof))
			throw new Error('a tag signature that was just made does not hold');
		return lineOf(/** @type {import('../record/shapes.js').AnyRecord} */ ({ ...record, proof }));
	}
}

/** @param {import('../record/shapes.js').AnyRecord} record */
const lineOf = (record) => decoder.decode(encodeRecord(record));
