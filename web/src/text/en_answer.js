// SPDX-License-Identifier: AGPL-3.0-or-later
// text/en_answer.js: the page's words in English: a party answers a letter itself

/** @type {Record<string, string>} */
export const enAnswer = {
	'home.answer': 'Answer a letter',
	'home.answer_hint': 'If a letter names you or your office',

	'answer.entry': 'You are named in this letter? Answer it',
	'answer.lead': 'You sign your answer with your key. It stands in the letter for good, and all see that it comes from you.',
	'answer.no_key': 'Make a key to answer with',
	'answer.closed': 'This file takes no answers. Its words are still sealed, or it is only the small file for signing.',
	'answer.stranger_title': 'Not a key of this letter',
	'answer.stranger': 'The letter does not name this key. Send it to the organisers. They add it with “undersigned party”. Then get the letter again.',
	'answer.title': 'Your answer',
	'answer.as': 'You answer as **{who}**.',
	'answer.text': 'Your words',
	'answer.language': 'Their language',
	'answer.language_hint': 'Its short name, such as en, ar or fr',
	'answer.on': 'The day on which you said it',
	'answer.source': 'Where it can be read, if you like',
	'answer.clarifies': 'Does it make an earlier answer clearer?',
	'answer.clarifies_none': 'No',
	'answer.silent': 'says nothing about it',
	'answer.note': 'Why, or on what terms, if you like',
	'answer.look_title': 'Look at it',
	'answer.look': 'All will see this. You cannot change it later. You can only answer once more.',
	'answer.do': 'Sign the answer',
	'answer.working': 'Signing',
	'answer.made': 'Your answer is signed.',
	'answer.send': 'Send it to this server',
	'answer.now': 'It goes out at once. Your name stands in it, so there is nothing to hide.',
	'answer.stands': 'Your answer stands in the letter.',
	'answer.see': 'Look at the letter',
	'answer.by_hand': 'The organisers can take it from a file, too. They add it with “undersigned add”.',

	'party.lead': 'This key bears your name: all can see what it signs. It is not for signing letters without a name.',
	'party.not_yet': 'The file is not saved yet. Save it now. Without it this key is lost.',
	'party.public': 'Your public key',
	'party.next': 'Send this key to the organisers, and read the short form to them by phone. They add it to the letter. Then you can answer.',
};
