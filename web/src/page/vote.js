// SPDX-License-Identifier: AGPL-3.0-or-later
// page/vote.js: voting on a question that the organisers put to those who signed

import { day, t } from '../text/catalogue.js';
import { makingStep, openingSteps } from './act_steps.js';
import { h, name, theirs } from './dom.js';
import { oneOf } from './fields.js';
import { facts, handInStep, theEnd } from './hand_in.js';
import { callout } from './parts/callout.js';
import { stepper } from './parts/stepper.js';
import { p, say } from './say.js';
import { mayWait } from './session.js';
import { whyNotWithdraw } from './withdraw.js';

/** @typedef {import('../worker/tasks.js').Options} Options */
/** @typedef {import('../worker/tasks.js').Report} Report */
/** @typedef {Report['questions'][number]} Question */
/** @typedef {import('./parts/stepper.js').Walk} Walk */

/** Whether somebody may still vote on it with this key. @param {Question} question @param {Options} options @param {string} today @returns {'yes' | 'voted' | 'closed'} */
export function mayVote(question, options, today) {
	if (options.votes.some((vote) => vote.question === question.id))
		return 'voted';
	return question.closes < today ? 'closed' : 'yes';
}

/** Why this key votes on nothing here. @param {Options} options @param {Question[]} questions @returns {'' | 'unsigned' | 'withdrawn' | 'over' | 'none'} */
export function whyNotVote(options, questions) {
	return questions.length === 0 ? 'none' : whyNotWithdraw(options);
}

/** @type {import('./router.js').Mount} */
export function vote(app, params) {
	const { steps, keyStep } = openingSteps(app, params, 'vote');
	/** @type {ReturnType<typeof oneOf> | null} */
	let asked = null;
	return stepper(app, params, {
		title: t('vote.title'),
		intro: p('vote.lead', {}, 'lead'),
		close: () => params.state.posting?.stop(),
		steps: [
			...steps,
			{
				title: t('vote.question_title'),
				get next() {
					return params.state?.options && !whyNotVote(params.state.options, params.state.report.questions) ? t('step.next') : '';
				},
				body: (w) => {
					const why = whyNotVote(w.state.options, w.state.report.questions);
					if (why)
						return [callout('info', p(`vote.${why}`, { day: day(w.state.options.ends) }), { title: t(`vote.${why}_title`) }), theEnd(w.app)];
					return (asked = chooseQuestion(w));
				},
				leave: ({ state }) => (questionOf(state) ? true : asked?.fault(t('vote.question_first'))),
			},
			makingStep(params, {
				task: 'vote', keyStep, title: t('vote.choice_title'),
				next: () => (questionOf(params.state) ? t('vote.do') : ''),
				body: (w) => choice(w, (element) => (asked = element)),
				check: ({ state }) => (state.choice ? true : asked?.fault(t('vote.choice_first')) ?? false),
				args: ({ question, choice: chosen }) => ({ question, choice: chosen }),
			}),
			handInStep('vote'),
		],
	});
}

/** @param {Record<string, any>} state @returns {Question | undefined} */
const questionOf = (state) => state.report?.questions.find((/** @type {Question} */ question) => question.id === state.question);

/** @param {Walk} w */
function chooseQuestion({ app, state }) {
	const questions = /** @type {Question[]} */ (state.report.questions);
	const open = questions.filter((question) => mayVote(question, state.options, app.today()) === 'yes');
	if (!open.some((question) => question.id === state.question))
		state.question = open.length === 1 ? open[0].id : '';
	return oneOf({
		legend: t('vote.which'),
		chosen: state.question,
		onChoose: (id) => {
			state.question = id;
			state.choice = '';
		},
		options: questions.map((question) => {
			const may = mayVote(question, state.options, app.today());
			return {
				id: question.id,
				disabled: may !== 'yes',
				label: h('bdi', { lang: question.language }, question.text),
				more: h('span', null, may === 'yes' ? say('vote.until', { day: day(question.closes) }) : say(`vote.${may}`, { choice: votedFor(question, state.options), day: day(question.closes) })),
			};
		}),
	});
}

/** @param {Question} question @param {Options} options @returns {string} the text of the choice that stands */
function votedFor(question, options) {
	const stands = options.votes.find((each) => each.question === question.id)?.choice;
	return question.choices.find((each) => each.id === stands)?.text ?? '';
}

/** @param {Walk} w @param {(element: ReturnType<typeof oneOf>) => void} onAsk */
function choice({ app, state }, onAsk) {
	const question = /** @type {Question} */ (questionOf(state));
	const element = oneOf({
		legend: h('bdi', { lang: question.language }, question.text),
		chosen: state.choice,
		onChoose: (id) => (state.choice = id),
		options: question.choices.map(({ id, text }) => ({ id, label: h('bdi', { lang: question.language }, text) })),
	});
	onAsk(element);
	return [
		about(state.report, question),
		element,
		h('h3', null, t('shows.everybody')),
		facts([say('vote.seen'), t('vote.together')]),
		h('h3', null, t('shows.later')),
		facts([say('vote.once'), state.options.release > 1 && t('vote.batches')]),
		!state.options.certain && callout('info', p(state.report.kind === 'bundle' ? 'vote.bundle' : 'post.waits')),
		mayWait({ app, state }) && p('post.ready_act'),
	];
}

/** The answer that the question is about. @param {Report} report @param {Question} question */
function about(report, question) {
	const statement = report.statements.find((each) => each.id === question.about);
	if (!statement)
		return null;
	const party = report.parties.find((each) => each.id === statement.party);
	return h('section', { class: 'about-statement' },
		p('vote.about', { who: name(party?.name ?? statement.party), day: day(statement.on) }),
		h('blockquote', null, ...statement.text.split(/\n{2,}/).map((part) => theirs(part, statement.language))),
		p(statement.authenticated ? 'vote.signed' : 'vote.recorded', {}, 'hint'));
}
