// SPDX-License-Identifier: AGPL-3.0-or-later
// text/ar_answer.js: the page's words in Arabic: a party answers a letter itself

/** @type {Record<string, string>} */
export const arAnswer = {
	'home.answer': 'أجب عن رسالة',
	'home.answer_hint': 'إذا كانت رسالة تسمّيك أو تسمّي جهتك',

	'answer.entry': 'هل تسمّيك هذه الرسالة؟ أجب عنها',
	'answer.lead': 'توقّع جوابك بمفتاحك. ويبقى في الرسالة دائمًا، ويرى الجميع أنه منك.',
	'answer.no_key': 'اصنع مفتاحًا للجواب',
	'answer.closed': 'هذا الملف لا يقبل أجوبة. فكلماته ما زالت مختومة، أو هو ملف التوقيع الصغير فقط.',
	'answer.stranger_title': 'ليس مفتاحًا من مفاتيح هذه الرسالة',
	'answer.stranger': 'الرسالة لا تسمّي هذا المفتاح. أرسله إلى المنظمين، فيضيفونه بالأمر «undersigned party». ثم احصل على الرسالة من جديد.',
	'answer.title': 'جوابك',
	'answer.as': 'تجيب باسم **{who}**.',
	'answer.text': 'كلماتك',
	'answer.language': 'لغتها',
	'answer.language_hint': 'اسمها القصير، مثل ar أو en أو fr',
	'answer.on': 'اليوم الذي قلت فيه ذلك',
	'answer.source': 'أين يمكن قراءتها، إن شئت',
	'answer.clarifies': 'هل يوضّح جوابًا سابقًا؟',
	'answer.clarifies_none': 'لا',
	'answer.silent': 'لا يقول عنه شيئًا',
	'answer.note': 'لماذا، أو بأي شروط، إن شئت',
	'answer.look_title': 'انظر إليه',
	'answer.look': 'سيرى الجميع هذا. ولا يمكنك تغييره فيما بعد. يمكنك فقط أن تجيب مرة أخرى.',
	'answer.do': 'وقّع الجواب',
	'answer.working': 'يوقَّع',
	'answer.made': 'جوابك موقّع.',
	'answer.send': 'أرسله إلى هذا الخادم',
	'answer.now': 'يُرسل فورًا. فاسمك مذكور فيه، ولا شيء يُخفى.',
	'answer.stands': 'جوابك ثابت في الرسالة.',
	'answer.see': 'انظر إلى الرسالة',
	'answer.by_hand': 'ويستطيع المنظمون أخذه من ملف أيضًا. يضيفونه بالأمر «undersigned add».',

	'party.lead': 'هذا المفتاح يحمل اسمك: يرى الجميع ما يوقّعه. وليس لتوقيع الرسائل بلا اسم.',
	'party.not_yet': 'لم يُحفظ الملف بعد. احفظه الآن. فبدونه يضيع هذا المفتاح.',
	'party.public': 'مفتاحك العام',
	'party.next': 'أرسل هذا المفتاح إلى المنظمين، واقرأ لهم شكله القصير بالهاتف. فيضيفونه إلى الرسالة. ثم يمكنك أن تجيب.',
};
