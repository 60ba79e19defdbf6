/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* wild.h: every page, told whatever stands in some bytes: for tests and fuzzing */
#ifndef UND_TEST_WILD_H
#define UND_TEST_WILD_H

#include "page/view.h"

/* A stream of bytes; at its end it gives zeros and empty texts. */
struct wild {
	const uint8_t *p;
	size_t n, at;
};

static inline uint64_t wild_number(struct wild *w)
{
	uint64_t v = 0;

	for (unsigned i = 0; i < 3; i++)
		v = v << 8 | (w->at < w->n ? w->p[w->at++] : 0);
	return v;
}

static inline struct und_bytes wild_text(struct wild *w)
{
	size_t n = w->at < w->n ? w->p[w->at++] % 48 : 0;
	struct und_bytes text;

	if (n > w->n - w->at)
		n = w->n - w->at;
	text = und_bytes(w->p + w->at, n);
	w->at += n;
	return text;
}

static inline und_day wild_day(struct wild *w)
{
	return (und_day)(wild_number(w) % 300000);
}

static inline bool wild_flag(struct wild *w)
{
	return (wild_number(w) & 1) != 0;
}

enum { WILD = 4 };

/* Everything that a letter's view points to. */
struct wild_letter {
	struct und_view_demand demands[WILD];
	struct und_view_version versions[2];
	struct und_bytes addressees[WILD];
	struct und_view_ring rings[WILD];
	struct und_view_voucher vouchers[WILD];
	struct und_view_wait waits[1];
	struct und_view_stance stances[WILD];
	struct und_view_statement statements[2];
	struct und_view_choice choices[2];
	struct und_view_question questions[1];
	struct und_view_notice notices[1];
	struct und_view_handed deliveries[1], publications[1];
	struct und_view_party parties[1];
	struct und_view_event events[WILD];
	uint8_t hash[32];
	struct und_view_letter view;
};

static inline struct und_view_source wild_source(struct wild *w, const uint8_t *hash)
{
	return (struct und_view_source){ wild_text(w), wild_flag(w) ? hash : NULL };
}

static inline void wild_said(struct wild_letter *l, struct wild *w)
{
	for (size_t i = 0; i < WILD; i++)
		l->stances[i] = (struct und_view_stance){ wild_text(w), i == 0 ? und_cstr("*") : l->demands[i].id, wild_text(w), (enum und_view_stand)(wild_number(w) % 6), wild_flag(w) };
	for (size_t i = 0; i < 2; i++)
		l->statements[i] = (struct und_view_statement){ wild_text(w), wild_day(w), wild_day(w), UND_DAY_NONE, wild_text(w), wild_text(w), wild_flag(w), l->stances, WILD, wild_source(w, l->hash) };
	for (size_t i = 0; i < 2; i++)
		l->choices[i] = (struct und_view_choice){ wild_text(w), wild_number(w) };
	l->questions[0] = (struct und_view_question){ wild_text(w), wild_text(w), l->choices, 2, wild_day(w), wild_flag(w), wild_text(w), wild_day(w) };
	l->notices[0] = (struct und_view_notice){ (enum und_view_notice_kind)(wild_number(w) % 5), wild_day(w), wild_day(w), wild_text(w), wild_text(w) };
	l->statements[1].clarifies_at = wild_number(w) % 4;
	l->questions[0].about_at = wild_number(w) % 4;
	for (size_t i = 0; i < WILD; i++)
		l->events[i] = (struct und_view_event){ (enum und_view_event_kind)(wild_number(w) % UND_VIEW_EVENT_KINDS), wild_day(w), l->hash, wild_text(w), wild_text(w), wild_text(w), wild_number(w) % 4 };
	l->waits[0] = (struct und_view_wait){ wild_text(w), wild_day(w), wild_number(w) };
	l->deliveries[0] = l->publications[0] = (struct und_view_handed){ wild_text(w), wild_day(w), wild_source(w, l->hash) };
	l->parties[0] = (struct und_view_party){ wild_text(w), wild_source(w, l->hash) };
}

static inline void wild_letter(struct wild_letter *l, struct wild *w)
{
	memset(l, 0, sizeof *l);
	for (size_t i = 0; i < WILD; i++) {
		l->demands[i] = (struct und_view_demand){ wild_text(w), wild_text(w) };
		l->addressees[i] = wild_text(w);
		l->rings[i] = (struct und_view_ring){ i == 0 ? und_cstr("*") : wild_text(w), wild_text(w), i / 2, wild_number(w), wild_number(w), wild_number(w), wild_flag(w) };
		l->vouchers[i] = (struct und_view_voucher){ wild_text(w), wild_text(w), wild_text(w), wild_flag(w), wild_flag(w), wild_flag(w) };
	}
	for (size_t i = 0; i < 2; i++)
		l->versions[i] = (struct und_view_version){ wild_text(w), wild_text(w), wild_text(w), l->demands, WILD, wild_day(w) };
	wild_said(l, w);
	l->view = (struct und_view_letter){
		.slug = wild_text(w), .versions = l->versions, .version_count = wild_flag(w) ? 2 : 0, .addressees = l->addressees, .addressee_count = WILD, .contact = wild_text(w), .dated = wild_day(w),
		.replaces = wild_flag(w), .open = wild_flag(w), .signers = wild_number(w), .bodies = wild_number(w), .withdrawn = wild_number(w), .keys = wild_number(w), .headcount = wild_number(w),
		.imported = wild_flag(w), .rules = { wild_number(w), wild_number(w), wild_number(w), wild_number(w), 80, 95, wild_day(w), wild_day(w) }, .rings = l->rings, .ring_count = WILD,
		.vouchers = l->vouchers, .voucher_count = WILD, .registrars_quorum = 1, .organisers_quorum = 2, .waits = l->waits, .wait_count = 1, .stances = l->stances, .stance_count = WILD,
		.statements = l->statements, .statement_count = 2, .questions = l->questions, .question_count = 1, .notices = l->notices, .notice_count = 1, .deliveries = l->deliveries, .delivery_count = 1,
		.publications = l->publications, .publication_count = 1, .parties = l->parties, .party_count = 1, .file_size = wild_number(w), .lines = wild_number(w), .file_sha256 = l->hash,
		.id = l->hash, .since = wild_day(w), .events = l->events, .event_count = WILD,
		.short_letter = wild_text(w), .short_words = wild_text(w), .short_roster = wild_text(w), .short_pin = wild_text(w),
	};
}

enum { WILD_PAGES = 11, WILD_FEED = WILD_PAGES };

/* A press kit: a server's; a copy's and one alone, whose short name was checked and whose words may have come with a link. */
static inline enum und_err wild_press(struct und_buf *out, const struct und_page_frame *f, struct wild_letter *l, struct wild *w)
{
	const struct und_page_copy copy = { UND_PAGE_FILE_PRESS, wild_day(w) };
	const bool copied = wild_flag(w), alone = wild_flag(w);
	struct und_page_frame frame = *f;

	l->view.sealed = wild_flag(w);
	if (copied) {
		frame.copy = &copy;
		l->view.slug = und_cstr("letter");
	}
	return und_page_press(out, &frame, &(const struct und_view_press){ &l->view, wild_day(w), wild_flag(w) ? wild_day(w) : UND_DAY_NONE, copied && alone });
}

/* The page of this number, told what the stream holds. */
static inline enum und_err wild_page(struct und_buf *out, unsigned page, const uint8_t *p, size_t n)
{
	struct wild w = { p, n, 0 };
	const struct und_page_frame f = { .language = (enum und_page_language)(wild_number(&w) % UND_PAGE_LANGUAGES), .language_asked = wild_flag(&w), .path = wild_text(&w), .origin = wild_text(&w),
		                          .enrols = wild_flag(&w), .app_size = wild_number(&w) };
	struct wild_letter l;
	struct und_view_item items[2];
	struct und_view_edition editions[2];
	struct und_view_bundle bundle;
	enum und_err fault;

	wild_letter(&l, &w);
	for (size_t i = 0; i < 2; i++) {
		items[i] = (struct und_view_item){ wild_text(&w), wild_text(&w), wild_text(&w), wild_text(&w), (size_t)wild_number(&w), wild_number(&w), wild_number(&w), wild_day(&w), wild_flag(&w) };
		editions[i] = (struct und_view_edition){ (unsigned)i, wild_text(&w), wild_number(&w), wild_day(&w), wild_day(&w) };
	}
	bundle = (struct und_view_bundle){ wild_text(&w), wild_text(&w) };
	fault = (enum und_err)(wild_number(&w) % UND_ERR_COUNT);
	switch (page) {
	case 0:
		return und_page_letter(out, &f, &l.view);
	case 1:
		return und_page_list(out, &f, &(const struct und_view_list){ items, 2, wild_number(&w), wild_number(&w) });
	case 2:
		return und_page_roster(out, &f, &(const struct und_view_roster){ wild_text(&w), wild_text(&w), wild_text(&w), wild_text(&w), editions, 2, l.rings, WILD, wild_number(&w), wild_number(&w),
		                                                                 l.vouchers, WILD, 1, wild_text(&w) });
	case 3:
		return und_page_sign(out, &f, &(const struct und_view_sign){ wild_text(&w), wild_flag(&w), wild_day(&w), wild_day(&w), wild_number(&w), &bundle, 1, fault, wild_text(&w) });
	case 4:
		return und_page_taken(out, &f, wild_text(&w));
	case 5:
		return und_page_enrol(out, &f, &(const struct und_view_enrol){ fault, (unsigned)wild_number(&w), wild_text(&w), wild_text(&w) });
	case 6:
		return und_page_enrolled(out, &f, wild_text(&w));
	case WILD_FEED: /* no page of HTML */
		return und_page_feed(out, &f, &l.view);
	case 9:
		return wild_press(out, &f, &l, &w);
	case 7:
		return und_page_fault(out, &f, 400 + (unsigned)(wild_number(&w) % 200));
	case 8:
		return und_page_answer(out, &f, &(const struct und_view_answer){ wild_text(&w), wild_text(&w), fault, wild_text(&w) });
	default:
		return wild_flag(&w) ? und_page_safe(out, &f) : und_page_check(out, &f);
	}
}

#endif
