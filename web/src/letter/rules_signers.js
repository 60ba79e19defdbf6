// SPDX-License-Identifier: AGPL-3.0-or-later
// letter/rules_signers.js: what signatures, withdrawals and votes must be (spec/records.md, Types)

import { Refusal } from '../base/refusal.js';
import { proofSize } from '../proof/ring.js';
import { verifyTagSignature } from '../proof/tag.js';
import { bytesOfName } from '../record/fields.js';
import { tagMessageOf } from '../record/record.js';

/** @typedef {import('./letter.js').Letter} Letter */
/** @typedef {import('./letter.js').Place} Place */
/** @typedef {import('./letter.js').Tag} Tag */
/** @typedef {import('../record/shapes.js').Rules} Rules */
/** @typedef {import('../base/refusal.js').Code} Code */
/** @typedef {import('./ring.js').Ring} Ring */

/** Why the rules and its size let nobody sign in a ring; its share is another matter. @param {Rules} rules @param {Ring} ring @returns {'ring_not_allowed' | 'ring_below_min' | null} */
export function faultOfRing(rules, { label, size }) {
	if (rules.rings !== 'either' && (rules.rings === 'roster') !== (label === '*'))
		return 'ring_not_allowed';
	return size < rules.min_ring ? 'ring_below_min' : null;
}

/** @param {Letter} letter @param {string} id @param {string} label @returns {Ring} a ring that signatures may name */
export function ringNamed({ roll }, id, label) {
	const roster = roll.roster(id);
	if (roster === undefined)
		throw new Refusal('roster_unknown', { member: 'roster' });
	if (roster.rings.size === 0)
		throw new Refusal('roster_earlier', { member: 'roster' });
	const ring = roster.rings.get(label);
	if (ring === undefined)
		throw new Refusal('ring_unknown', { member: 'ring' });
	return ring;
}

/** @param {Letter} letter @param {import('../record/shapes.js').Signature} signature @param {Place} place */
export function takeSignature(letter, { roster, ring: label, tag, proof }, place) {
	const ring = ringNamed(letter, roster, label);
	const fault = faultOfRing(letter.rules, ring);
	if (fault)
		throw new Refusal(fault, { member: 'ring' });
	if (proof.length !== proofSize(ring.size))
		throw new Refusal('size', { member: 'proof' });
	if (letter.tags.has(tag))
		throw new Refusal('tag_known', { member: 'tag' });
	letter.waiting.add({ letterId: letter.idBytes, ring, tag: bytesOfName(tag), proof }, place.line, letter.roll.keys);
	letter.tags.set(tag, { ring, line: place.line, withdrawn: false, votes: null });
	ring.made++;
	ring.roster.made++;
}

/** @param {Letter} letter @param {string} name @returns {Tag} one that has signed */
function tagNamed(letter, name) {
	const tag = letter.tags.get(name);
	if (tag === undefined)
		throw new Refusal('tag_unknown', { member: 'tag' });
	return tag;
}

/** @param {Letter} letter @param {import('../record/shapes.js').Withdrawal | import('../record/shapes.js').Vote} record */
function checkTagSignature(letter, record) {
	if (!verifyTagSignature(letter.idBytes, bytesOfName(record.tag), tagMessageOf(record), record.proof))
		throw new Refusal('proof', { member: 'proof' });
}

/** @param {Letter} letter @param {import('../record/shapes.js').Withdrawal} withdrawal */
export function takeWithdrawal(letter, withdrawal) {
	const tag = tagNamed(letter, withdrawal.tag);
	if (tag.withdrawn)
		throw new Refusal('withdrawn_already', { member: 'tag' });
	checkTagSignature(letter, withdrawal);
	tag.withdrawn = true;
	tag.ring.withdrawn++;
}

/** @param {Letter} letter @param {import('../record/shapes.js').Vote} vote */
export function takeVote(letter, vote) {
	const question = letter.questions.get(vote.question);
	if (question === undefined)
		throw new Refusal('question_unknown', { member: 'question' });
	if (!question.record.choices.some(({ id }) => id === vote.choice))
		throw new Refusal('choice_unknown', { member: 'choice' });
	const tag = tagNamed(letter, vote.tag);
	if (tag.votes?.has(vote.question))
		throw new Refusal('voted_already', { member: 'tag' });
	checkTagSignature(letter, vote);
	tag.votes ??= new Map();
	tag.votes.set(vote.question, vote.choice);
}
