// SPDX-License-Identifier: AGPL-3.0-or-later
// letter/rules_words.js: what the letter, its words, the sealed and translations must be (spec/records.md, Types, Sealing)

import { Refusal } from '../base/refusal.js';
import { checkOrganisers, checkSignatures } from './roles.js';
import { checkRostersAbove } from './rules_roster.js';

/** @typedef {import('./letter.js').Letter} Letter */
/** @typedef {import('./letter.js').Place} Place */
/** @typedef {import('../record/shapes.js').LetterRecord} LetterRecord */
/** @typedef {import('../record/shapes.js').Words} Words */
/** @typedef {import('../record/shapes.js').Translation} Translation */

/** @param {Letter} letter @param {LetterRecord} record @param {Place} place */
export function takeLetter(letter, record, place) {
	checkRostersAbove(letter, record);
	checkOrganisers(record, record.organisers);
	checkSignatures(record);
	letter.roll.settle();
	letter.open(record, place);
}

/** @param {Letter} letter @param {Words} words @param {Place} place */
export function takeWords(letter, words, place) {
	checkWordsFit(/** @type {LetterRecord} */ (letter.record), words, place.id);
	checkOrganisers(words, /** @type {LetterRecord} */ (letter.record).organisers);
	checkSignatures(words);
	letter.words = words;
	letter.demandIds = new Set(words.demands.map(({ id }) => id));
	for (const { id, name, key } of words.addressees)
		letter.parties.introduce({ id, name, key, addressee: true, source: { sha256: '', url: '' } });
}

/**
 * The letter's words, wherever they come from; their signatures are another matter.
 * @param {LetterRecord} record @param {Words} words @param {string} id
 */
export function checkWordsFit({ words: wanted, organisers, registrars }, words, id) {
	if (id !== wanted)
		throw new Refusal('words_other');
	const taken = new Set([...organisers.keys, ...registrars.keys].map(({ key }) => key));
	if (words.addressees.some(({ key }) => taken.has(key)))
		throw new Refusal('key_taken', { member: 'addressees.key' });
}

/** @param {Letter} letter @param {import('../record/shapes.js').Sealed} sealed */
export function takeSealed(letter, sealed) {
	if (letter.words !== null)
		throw new Refusal('sealed_after_words');
	if (letter.sealed !== null)
		throw new Refusal('sealed_twice');
	checkOrganisers(sealed, /** @type {LetterRecord} */ (letter.record).organisers);
	checkSignatures(sealed);
	letter.sealed = sealed;
}

/** @param {Letter} letter @param {Translation} translation @param {Place} place */
export function takeTranslation(letter, translation, place) {
	checkTranslation(letter, /** @type {Words} */ (letter.words), translation);
	letter.translations.push({ ...place, record: translation });
}

/** @param {Letter} letter @param {Words} words @param {Translation} translation */
export function checkTranslation(letter, words, translation) {
	if (translation.letter !== letter.id)
		throw new Refusal('other_letter', { member: 'letter' });
	if (translation.language.toLowerCase() === words.language.toLowerCase())
		throw new Refusal('language_own', { member: 'language' });
	if (translation.demands.length !== words.demands.length || translation.demands.some(({ id }, i) => id !== words.demands[i].id))
		throw new Refusal('demands_other', { member: 'demands' });
	checkOrganisers(translation, /** @type {LetterRecord} */ (letter.record).organisers);
	checkSignatures(translation);
}
