// SPDX-License-Identifier: AGPL-3.0-or-later
// test/reading_age.js: how hard an English text is to read: Flesch and Kincaid's grade, with a small counter of syllables

/** Where counting groups of vowels goes wrong. */
const ODD = new Map(Object.entries({
	being: 2, eye: 1, eyes: 1, doing: 2, going: 2, seeing: 2, science: 2, area: 3, idea: 3, ideas: 3, people: 2, business: 2, something: 2, somebody: 3, sometimes: 2, someone: 2, somewhere: 2, everybody: 4, every: 2, everything: 3,
	whoever: 3, whatever: 3, whichever: 3, cannot: 2, passphrase: 2, passphrases: 3, therefore: 2, elsewhere: 2, themselves: 2, yourself: 2, ourselves: 2, microscope: 3, queue: 1, says: 1, lines: 1, notes: 1, create: 2, created: 3, poem: 2,
	quiet: 2, deleted: 3, trusted: 2, needed: 2, counted: 2, printed: 2, invited: 3, recorded: 3, authenticated: 5, compared: 2, sealed: 1, underlined: 3, closes: 2, pieces: 2, javascript: 3, wifi: 2, usb: 3, qr: 2, mib: 3, utf: 3,
}));

/** @param {string} word letters only, any case @returns {number} at least 1 */
export function syllables(word) {
	const plain = word.toLowerCase().replace(/[’']s?$/, '').replace(/[^a-z]/g, '');
	const odd = ODD.get(plain);
	if (odd !== undefined)
		return odd;
	if (plain.length <= 3)
		return 1;
	const spoken = plain
		.replace(/(?<!(?:[csxz]|sh|ch|g|[^aeiouy]l|[aeiouy]))es$/, '') /* notes, files: one; pages, tables: two */
		.replace(/([^td])ed$/, '$1') /* signed: one; voted: two */
		.replace(/([^l])e$/, '$1').replace(/([aeiouy])le$/, '$1l') /* made: one; little: two; file: one */
		.replace(/^y/, '').replace(/([aeiou])y(?=[aeiou])/g, '$1-') /* employer: three */
		.replace(/eful/g, 'ful').replace(/ement$/, 'ment').replace(/ely$/, 'ly')
		.replace(/io(?=n)/g, 'o').replace(/ia(?=[lnt])/g, 'i-a').replace(/i(?=ous)/, '');
	return Math.max(1, spoken.match(/[aeiouy]+/g)?.length ?? 1);
}

/** A message of the catalogue as one reads it: plurals in their general form, some name for every argument. @param {string} message @returns {string} */
export function asRead(message) {
	return message
		.replace(/\{\w+, plural,(?: *(?:=\d+|\w+) \{(?:[^{}]|\{\w+\})*\})+\}/g, (plural) => /other \{((?:[^{}]|\{\w+\})*)\}/.exec(plural)?.[1].replaceAll('#', '20') ?? '')
		.replace(/\{\w+\}/g, 'Anna').replaceAll('**', '');
}

/** @param {string} text @returns {string[]} */
export const wordsOf = (text) => text.match(/[\p{L}\p{N}][\p{L}\p{N}’']*/gu) ?? [];

/** @param {string} text @returns {number} 1 at least */
const sentences = (text) => text.split(/[.!?]+(?=[\s”)]|$)/).filter((part) => wordsOf(part).length > 0).length || 1;

/** The school year that reads it with ease: Kincaid et al., 1975. @param {string[]} texts each begins a sentence of its own @returns {number} */
export function grade(texts) {
	const words = texts.flatMap(wordsOf);
	const inAll = texts.reduce((sum, text) => sum + sentences(text), 0);
	const spoken = words.reduce((sum, word) => sum + (/\d/.test(word) ? 1 : syllables(word)), 0);
	return 0.39 * (words.length / inAll) + 11.8 * (spoken / words.length) - 15.59;
}
