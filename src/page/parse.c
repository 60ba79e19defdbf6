/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* parse.c: CommonMark read by cmark, with a memory that may run out */
#include "page/parse.h"

#include <setjmp.h>
#include <stddef.h>
#include <stdlib.h>

/*
 * cmark looks at no allocation and ends the program when its own fail; a server must not end. So its memory is ours: where there is none we jump out of it, and free what it had.
 * Its allocator knows no context: whoever parses is found by the thread.
 */
struct und_parse_block {
	struct und_parse_block *next, *previous;
	size_t n;
	_Alignas(max_align_t) unsigned char bytes[];
};
struct parsing {
	struct und_parse_block *first;
	jmp_buf no_memory;
};
static _Thread_local struct parsing *current;

static struct und_parse_block *block_of(void *p)
{
	return (struct und_parse_block *)(void *)((unsigned char *)p - offsetof(struct und_parse_block, bytes));
}

static void *get(size_t n)
{
	struct und_parse_block *b = n > SIZE_MAX - sizeof *b ? NULL : malloc(sizeof *b + n);

	if (b == NULL)
		longjmp(current->no_memory, 1);
	*b = (struct und_parse_block){ .next = current->first, .n = n };
	if (b->next != NULL)
		b->next->previous = b;
	current->first = b;
	return b->bytes;
}

static void release(void *p)
{
	struct und_parse_block *b;

	if (p == NULL)
		return;
	b = block_of(p);
	if (b->next != NULL)
		b->next->previous = b->previous;
	if (b->previous != NULL)
		b->previous->next = b->next;
	else
		current->first = b->next;
	free(b);
}

static void *get_zeros(size_t n, size_t size)
{
	void *p;

	if (size != 0 && n > SIZE_MAX / size)
		longjmp(current->no_memory, 1);
	p = get(n * size);
	memset(p, 0, n * size);
	return p;
}

static void *resize(void *p, size_t n)
{
	void *q = get(n);

	if (p != NULL)
		memcpy(q, p, block_of(p)->n < n ? block_of(p)->n : n);
	release(p);
	return q;
}

static cmark_mem memory = { get_zeros, resize, release };

static void free_all(struct und_parse_block *b)
{
	struct und_parse_block *next;

	for (; b != NULL; b = next) {
		next = b->next;
		free(b);
	}
}

/* All that may jump. */
static void parse(struct und_parsed *out, struct und_bytes text)
{
	cmark_parser *parser = cmark_parser_new_with_mem(CMARK_OPT_DEFAULT | CMARK_OPT_VALIDATE_UTF8, &memory);

	cmark_parser_feed(parser, (const char *)text.p, text.n);
	out->document = cmark_parser_finish(parser);
	cmark_parser_free(parser);
	out->iter = cmark_iter_new(out->document);
}

enum und_err und_parse(struct und_parsed *out, struct und_bytes text)
{
	struct parsing parsing = { .first = NULL };
	struct und_parsed p = { .document = NULL };

	und_bug_if(current != NULL);
	current = &parsing;
	if (setjmp(parsing.no_memory) == 0) {
		parse(&p, text);
		current = NULL;
		p.blocks = parsing.first;
		*out = p;
		return UND_OK;
	}
	current = NULL;
	free_all(parsing.first);
	return UND_ERR_MEMORY;
}

void und_parsed_clear(struct und_parsed *p)
{
	free_all(p->blocks);
	*p = (struct und_parsed){ .document = NULL };
}
