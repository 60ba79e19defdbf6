// SPDX-License-Identifier: AGPL-3.0-or-later
// letter/rules_answers.js: what organisers and parties add: parties, deliveries, publications, statements, questions, notices (spec/records.md, Types)

import { Refusal } from '../base/refusal.js';
import { checkOrganisers, checkSignatures, isAuthenticated } from './roles.js';

/** @typedef {import('./letter.js').Letter} Letter */
/** @typedef {import('./letter.js').Place} Place */
/** @typedef {import('../record/shapes.js').SignedRecord} SignedRecord */
/** @typedef {import('../record/shapes.js').Statement} Statement */

/** @param {Letter} letter @param {SignedRecord} record */
function checkByOrganisers(letter, record) {
	checkOrganisers(record, letter.council);
	checkSignatures(record);
}

/** @param {Letter} letter @param {import('../record/shapes.js').Party} party */
export function takeParty(letter, party) {
	letter.parties.check(party);
	checkByOrganisers(letter, party);
	letter.parties.introduce({ id: party.id, name: party.name, key: party.key, addressee: false, source: party.source });
}

/** @param {Letter} letter @param {import('../record/shapes.js').Delivery} delivery @param {Place} place */
export function takeDelivery(letter, delivery, place) {
	if (!letter.parties.get(delivery.party)?.addressee)
		throw new Refusal('not_addressee', { member: 'party' });
	checkByOrganisers(letter, delivery);
	letter.deliveries.push({ ...place, record: delivery });
}

/** @param {Letter} letter @param {import('../record/shapes.js').Publication} publication @param {Place} place */
export function takePublication(letter, publication, place) {
	checkByOrganisers(letter, publication);
	letter.publications.push({ ...place, record: publication });
}

/** @param {Letter} letter @param {Statement} statement @param {Place} place */
export function takeStatement(letter, statement, place) {
	const party = letter.parties.get(statement.party);
	if (party === undefined)
		throw new Refusal('party_unknown', { member: 'party' });
	if (statement.stances.some(({ demand }) => demand !== '*' && !letter.demandIds.has(demand)))
		throw new Refusal('demand_unknown', { member: 'stances.demand' });
	const authenticated = isAuthenticated(statement, party.key, letter.council);
	const chain = statement.clarifies === '' ? 0 : chainAbove(letter, statement, authenticated);
	checkSignatures(statement);
	letter.statements.set(place.id, { ...place, record: statement, authenticated, chain });
}

/** How many statements it clarifies, one through the other. @param {Letter} letter @param {Statement} statement @param {boolean} authenticated */
function chainAbove({ statements }, statement, authenticated) {
	const earlier = statements.get(statement.clarifies);
	if (earlier === undefined || earlier.record.party !== statement.party)
		throw new Refusal('clarifies_unknown', { member: 'clarifies' });
	if (earlier.record.on > statement.on)
		throw new Refusal('clarifies_later', { member: 'on' });
	if (earlier.authenticated && !authenticated)
		throw new Refusal('clarifies_authenticated', { member: 'clarifies' });
	return earlier.chain + 1;
}

/** @param {Letter} letter @param {string} day */
function checkBeforeEnds({ rules }, day) {
	if (day > rules.ends)
		throw new Refusal('after_ends', { member: 'closes' });
}

/** @param {Letter} letter @param {import('../record/shapes.js').Question} question @param {Place} place */
export function takeQuestion(letter, question, place) {
	if (question.about !== '' && !letter.statements.has(question.about))
		throw new Refusal('about_unknown', { member: 'about' });
	checkBeforeEnds(letter, question.closes);
	checkByOrganisers(letter, question);
	letter.questions.set(place.id, { ...place, record: question });
}

/** @param {Letter} letter @param {import('../record/shapes.js').Notice} notice @param {Place} place */
export function takeNotice(letter, notice, place) {
	if (notice.about !== '' && letter.bundle === null && !letter.holds(notice.about))
		throw new Refusal('about_unknown', { member: 'about' });
	checkBeforeEnds(letter, notice.closes);
	checkByOrganisers(letter, notice);
	letter.notices.push({ ...place, record: notice });
}
