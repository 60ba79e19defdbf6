/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* markdown.c: CommonMark (parsed by cmark) written by our own hand, element by element */
#include "base/text.h"
#include "page/markdown.h"
#include "page/parse.h"

enum { NESTING_MAX = 24 };

struct writing {
	struct und_html *h;
	unsigned top;
	unsigned depth;   /* of containers that were opened, whether or not they were written */
	unsigned picture; /* inside pictures: their description is plain text */
	int above[6];     /* the levels, as written, of the headings under which we are, the last one's too */
	size_t headings;  /* how many */
	const char *query; /* words of our own: what addresses of this site end with; NULL: a stranger's */
	bool in_line;
};

/* Records hold nothing that cannot be seen; a character reference (&#x202e;) must not bring it back. */
static void text(const struct writing *w, const char *literal)
{
	struct und_bytes s = und_cstr(literal == NULL ? "" : literal);
	struct und_buf visible;

	und_buf_init(&visible, 3 * s.n + 1);
	und_text_add_visible(&visible, s);
	if (visible.err != UND_OK)
		w->h->out->err = visible.err;
	und_html_text(w->h, und_buf_bytes(&visible));
	und_buf_clear(&visible);
}

/* Readers move from heading to heading: so levels begin at top and skip none, however they were written. */
static void enter_heading(struct writing *w, int level)
{
	while (w->headings > 0 && w->above[w->headings - 1] >= level)
		w->headings--;
	w->above[w->headings++] = level; /* levels rise, from 1 to 6: there is room */
}

static const char *heading(const struct writing *w)
{
	static const char *const names[] = { "h1", "h2", "h3", "h4", "h5", "h6" };
	const size_t i = w->top - 1 + w->headings - 1;

	return names[i < UND_COUNT_OF(names) ? i : UND_COUNT_OF(names) - 1];
}

/* In a tight list a paragraph is no element of its own. */
static bool is_tight(cmark_node *paragraph)
{
	cmark_node *item = cmark_node_parent(paragraph), *list = item == NULL ? NULL : cmark_node_parent(item);

	return list != NULL && cmark_node_get_type(list) == CMARK_NODE_LIST && cmark_node_get_list_tight(list);
}

/* The element of a node that holds others, or NULL where none is written. */
static const char *container(const struct writing *w, cmark_node *node)
{
	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_BLOCK_QUOTE:
		return "blockquote";
	case CMARK_NODE_LIST:
		return cmark_node_get_list_type(node) == CMARK_ORDERED_LIST ? "ol" : "ul";
	case CMARK_NODE_ITEM:
		return "li";
	case CMARK_NODE_PARAGRAPH:
		return w->in_line || is_tight(node) ? NULL : "p";
	case CMARK_NODE_HEADING:
		return heading(w);
	case CMARK_NODE_EMPH:
		return "em";
	case CMARK_NODE_STRONG:
		return "strong";
	case CMARK_NODE_LINK:
		return "a";
	default:
		return NULL;
	}
}

static void link_attributes(const struct writing *w, const char *url)
{
	struct und_buf address;

	if (w->query == NULL || url[0] != '/') {
		und_html_address(w->h, "href", und_cstr(url));
		und_html_attribute_str(w->h, "rel", "noreferrer nofollow");
		return;
	}
	und_buf_init(&address, 4096);
	und_buf_add_str(&address, url);
	und_buf_add_str(&address, w->query);
	if (address.err != UND_OK)
		w->h->out->err = address.err;
	und_html_address(w->h, "href", und_buf_bytes(&address));
	und_buf_clear(&address);
}

static void attributes(const struct writing *w, cmark_node *node)
{
	int first;

	if (cmark_node_get_type(node) == CMARK_NODE_LINK)
		link_attributes(w, cmark_node_get_url(node));
	first = cmark_node_get_type(node) == CMARK_NODE_LIST ? cmark_node_get_list_start(node) : 0;
	if (first > 1)
		und_html_attribute_number(w->h, "start", (unsigned)first);
}

/* A reader must see where a link leads without following it; where the words are the address, once is enough. */
static void show_address(const struct writing *w, cmark_node *link)
{
	cmark_node *only = cmark_node_first_child(link);
	const char *url = cmark_node_get_url(link);

	if (only != NULL && cmark_node_next(only) == NULL && cmark_node_get_type(only) == CMARK_NODE_TEXT) {
		const char *words = cmark_node_get_literal(only), *bare = strncmp(url, "mailto:", 7) == 0 ? url + 7 : url;

		if (strcmp(words, bare) == 0)
			return;
	}
	und_html_str(w->h, " (");
	text(w, url);
	und_html_str(w->h, ")");
}

static void enter(struct writing *w, cmark_node *node)
{
	const char *element;

	if (cmark_node_get_type(node) == CMARK_NODE_HEADING)
		enter_heading(w, cmark_node_get_heading_level(node));
	element = container(w, node);
	w->depth++;
	if (cmark_node_get_type(node) == CMARK_NODE_IMAGE)
		w->picture++;
	if (element == NULL || w->picture > 0 || w->depth > NESTING_MAX)
		return;
	und_html_open(w->h, element);
	attributes(w, node);
}

static void leave(struct writing *w, cmark_node *node)
{
	const char *element = container(w, node);

	if (cmark_node_get_type(node) == CMARK_NODE_IMAGE)
		w->picture--;
	if (element != NULL && w->picture == 0 && w->depth <= NESTING_MAX)
		und_html_close(w->h);
	if (cmark_node_get_type(node) == CMARK_NODE_LINK && w->picture == 0 && w->query == NULL)
		show_address(w, node);
	if (element != NULL && w->picture == 0 && w->depth > NESTING_MAX && cmark_node_get_type(node) == CMARK_NODE_PARAGRAPH)
		und_html_str(w->h, "\n");
	w->depth--;
}

static void code(struct writing *w, const char *literal)
{
	und_html_open(w->h, "code");
	text(w, literal);
	und_html_close(w->h);
}

static void code_block(struct writing *w, const char *literal)
{
	und_html_open(w->h, "pre");
	code(w, literal);
	und_html_close(w->h);
}

/* Nodes that hold no others. Room for two more elements is left below NESTING_MAX containers. */
static void leaf(struct writing *w, cmark_node *node)
{
	const char *literal = cmark_node_get_literal(node);

	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_TEXT:
	case CMARK_NODE_HTML_INLINE:
	case CMARK_NODE_CUSTOM_INLINE:
		text(w, literal);
		break;
	case CMARK_NODE_CODE:
		if (w->picture > 0)
			text(w, literal);
		else
			code(w, literal);
		break;
	case CMARK_NODE_CODE_BLOCK:
	case CMARK_NODE_HTML_BLOCK:
		code_block(w, literal);
		break;
	case CMARK_NODE_SOFTBREAK:
		und_html_str(w->h, "\n");
		break;
	case CMARK_NODE_LINEBREAK:
	case CMARK_NODE_THEMATIC_BREAK:
		if (w->picture > 0)
			break;
		und_html_open(w->h, cmark_node_get_type(node) == CMARK_NODE_LINEBREAK ? "br" : "hr");
		und_html_close(w->h);
		break;
	default:
		break;
	}
}

static bool holds_others(cmark_node *node)
{
	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_DOCUMENT:
	case CMARK_NODE_BLOCK_QUOTE:
	case CMARK_NODE_LIST:
	case CMARK_NODE_ITEM:
	case CMARK_NODE_PARAGRAPH:
	case CMARK_NODE_HEADING:
	case CMARK_NODE_EMPH:
	case CMARK_NODE_STRONG:
	case CMARK_NODE_LINK:
	case CMARK_NODE_IMAGE:
		return true;
	default:
		return false;
	}
}

static enum und_err add(struct writing *w, struct und_bytes body)
{
	struct und_parsed p;
	cmark_event_type event;
	enum und_err e;

	und_bug_if(w->top < 1 || w->top > 6);
	if ((e = und_parse(&p, body)) != UND_OK)
		return e;
	while ((event = cmark_iter_next(p.iter)) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(p.iter);

		if (!holds_others(node))
			leaf(w, node);
		else if (event == CMARK_EVENT_ENTER)
			enter(w, node);
		else
			leave(w, node);
	}
	und_parsed_clear(&p);
	return UND_OK;
}

enum und_err und_markdown_add(struct und_html *h, struct und_bytes body, unsigned top)
{
	return add(&(struct writing){ .h = h, .top = top }, body);
}

enum und_err und_markdown_add_ours(struct und_html *h, struct und_bytes words, unsigned top, const char *query, bool in_line)
{
	return add(&(struct writing){ .h = h, .top = top, .query = query, .in_line = in_line }, words);
}
