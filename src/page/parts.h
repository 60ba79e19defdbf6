/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* page/parts.h: what the pages share: the frame around each, and the pieces of which they are made. For page/ only */
#ifndef UND_PAGE_PARTS_H
#define UND_PAGE_PARTS_H

#include "page/say.h"

struct und_page {
	struct und_html h;
	const struct und_page_frame *f;
	const struct und_text_language *l;
};

/* ---- the frame ---- */

enum und_page_tab { UND_TAB_NONE, UND_TAB_LIST, UND_TAB_ENROL, UND_TAB_SAFE, UND_TAB_CHECK };

struct und_page_head {
	struct und_bytes title;       /* in the browser's history: NULL bytes: "Document", which says nothing */
	enum und_page_tab tab;        /* where the reader is */
	bool bare;                    /* sheets to print: no navigation */
	bool private_;                /* about one person's act: search engines keep out */
	struct und_bytes preview;     /* path of a picture for other sites; empty: none */
	struct und_bytes feed;        /* short name of a letter that has an Atom feed; empty: none */
	struct und_bytes description; /* for other sites, with the picture */
};
/* Up to and into <main>; then from </main> on. end: UND_OK, or what out says. */
void und_page_begin(struct und_page *p, struct und_buf *out, const struct und_page_frame *f, const struct und_page_head *head);
UND_MUST_USE enum und_err und_page_end(struct und_page *p);
/* A failure of memory on the way: out keeps it. */
void und_page_fail(struct und_page *p, enum und_err e);

/* ---- elements ---- */

void und_open(struct und_page *p, const char *element, const char *class_name); /* class_name may be NULL */
static inline void und_close(struct und_page *p)
{
	und_html_close(&p->h);
}
#define und_say(p, text, ...) und_say_args(&(p)->h, (p)->l, (text), UND_ARGS(__VA_ARGS__))
#define und_say_simple(p, text) und_say_args(&(p)->h, (p)->l, (text), NULL)
/* An element with one sentence. */
void und_element(struct und_page *p, const char *element, const char *class_name, enum und_text text, const struct und_arg *args);
/* href to a place here (page/view.h), in the reader's language: the parts after one another. Right after open. */
void und_href(struct und_page *p, const char *a, struct und_bytes b, const char *c);
/* The same for what speaks no language: pictures, files, the style. */
void und_address(struct und_page *p, const char *attribute, const char *a, struct und_bytes b, const char *c);
/* <a>, with a sentence in it; class_name may be NULL */
void und_link(struct und_page *p, const char *class_name, const char *a, struct und_bytes b, const char *c, enum und_text text);
/* <a> to the one HTML file, opened here, at what it is asked for: a UND_APP_… and a short name; of a copy, at nothing. */
void und_app_link(struct und_page *p, const char *class_name, const char *what, struct und_bytes slug, enum und_text text);
/* <a> to a guide, by its name; nothing where the pages are a copy. */
void und_guide_link(struct und_page *p, const char *class_name, const char *name, enum und_text text);
/* An attribute that is a sentence. */
void und_said_attribute(struct und_page *p, const char *name, enum und_text text, const struct und_arg *args);
/* lang and dir of somebody's text. */
void und_their_language(struct und_page *p, struct und_bytes language);
/* Text in paragraphs, in its own language. */
void und_paragraphs(struct und_page *p, struct und_bytes text, struct und_bytes language);
/* Digits to compare, in their groups. */
void und_fingerprint(struct und_page *p, struct und_bytes short_form);
/* Thirty-two bytes as sixty-four digits. */
void und_hex(struct und_page *p, const uint8_t sha256[32]);
/* A mark for the eye alone: ✓ and its like. */
void und_mark(struct und_page *p, const char *mark);
/* A remark. The caller closes twice. */
enum und_tone { UND_TONE_INFO, UND_TONE_GOOD, UND_TONE_WARNING, UND_TONE_BAD };
void und_callout(struct und_page *p, enum und_tone tone);
/* Where something can be read; nothing where there is nothing. */
void und_source(struct und_page *p, const struct und_view_source *s);
/* A bar from 0 to 100 beside a figure, for the eye alone. */
void und_bar(struct und_page *p, uint64_t part, uint64_t whole);
/* <details>: the caller closes twice. */
void und_disclosure(struct und_page *p, enum und_text text, const struct und_arg *args);
/* A command to type. */
void und_command(struct und_page *p, const char *text, struct und_bytes file, const char *more);
/* <form> that posts to a place here. The caller closes. */
void und_open_form(struct und_page *p, const char *a, struct und_bytes b, const char *c);
/* The code of a card, as it was typed. */
void und_code_field(struct und_page *p, struct und_bytes code, bool wrong);
/* The text area and the file, and a button: what hands in a line. Within a form. */
void und_line_fields(struct und_page *p, struct und_bytes line, enum und_text button);
/* Why something was not taken, if it was not. */
void und_refusal(struct und_page *p, enum und_err fault, unsigned group);

/* ---- parts of several pages ---- */

void und_ring_name(struct und_page *p, const struct und_view_ring *r);
void und_vouchers(struct und_page *p, const struct und_view_voucher *v, size_t count, bool organisers, uint64_t quorum);
/* A list of sentences: <ul>, or <ol> where they are steps. */
void und_list(struct und_page *p, bool steps, const enum und_text *texts, size_t count);

/* ---- parts of a letter's page ---- */

void und_part_words(struct und_page *p, const struct und_view_letter *v);
void und_part_count(struct und_page *p, const struct und_view_letter *v);
void und_part_rules(struct und_page *p, const struct und_view_letter *v);
void und_part_answers(struct und_page *p, const struct und_view_letter *v);
void und_part_matrix(struct und_page *p, const struct und_view_letter *v); /* demands by parties */
void und_part_days(struct und_page *p, const struct und_view_letter *v);   /* what happened, day by day */
void und_part_later(struct und_page *p, const struct und_view_letter *v);
void und_part_check(struct und_page *p, const struct und_view_letter *v);
/* An id to which a link on the page leads: a letter and a number. Right after open. */
void und_id_place(struct und_page *p, char kind, size_t n);
void und_id_place_link(struct und_page *p, char kind, size_t n); /* <a href="#…">; the caller closes */
/* A question and what the signers answered. */
void und_question(struct und_page *p, const struct und_view_letter *v, const struct und_view_question *q);
enum und_text und_notice_text(enum und_view_notice_kind kind);
/* Where somebody stands: a mark and words. */
void und_stand_chip(struct und_page *p, enum und_view_stand stand);
/* The version in the reader's language if there is one, else the letter's own; 0 while there is none. */
size_t und_first_version(const struct und_page *p, const struct und_view_letter *v);
/* Appends what happened, in a sentence without its day, as plain text. */
void und_event_say(struct und_buf *out, const struct und_text_language *l, const struct und_view_letter *v, const struct und_view_event *e);
/* On what the number rests: who kept the roll, and how large it is. */
void und_basis(struct und_page *p, const struct und_view_letter *v);
/* Rings of which everybody signed: whether there are any; which. */
bool und_some_hide_nobody(const struct und_view_letter *v);
void und_part_full(struct und_page *p, const struct und_view_letter *v);
/* The short forms of letter, words, roll and pin. */
void und_part_shorts(struct und_page *p, const struct und_view_letter *v);
/* How to know that a copy of the one HTML file is a true one. at_hand: it lies beside, and need not be downloaded. */
void und_part_copy(struct und_page *p, bool at_hand);
/* The first sentence: how many signed. */
void und_headline(struct und_page *p, uint64_t signers, uint64_t bodies);
void und_headline_plain(struct und_buf *out, const struct und_text_language *l, uint64_t signers, uint64_t bodies);

#endif
