/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* place.c: the path of a member */
#include "record/place.h"

enum {
	PATH_SIZE = 256,
	NAME_SHOWN = 32
};

struct path {
	char text[PATH_SIZE];
	size_t n;
};

static void add(struct path *path, struct und_bytes s)
{
	if (s.n > PATH_SIZE - 1 - path->n)
		return;
	memcpy(path->text + path->n, s.p, s.n);
	path->n += s.n;
}

/* The file may hold any name: nothing of it reaches a terminal that is not plain. */
static bool is_plain(struct und_bytes s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < 0x21 || s.p[i] > 0x7e)
			return false;
	return s.n > 0 && s.n <= NAME_SHOWN;
}

static void add_index(struct path *path, size_t index)
{
	char digits[24];
	size_t at = sizeof digits;

	digits[--at] = ']';
	do {
		digits[--at] = (char)('0' + index % 10);
		index /= 10;
	} while (index != 0);
	digits[--at] = '[';
	add(path, und_bytes(digits + at, sizeof digits - at));
}

static void add_place(struct path *path, const struct und_place *place)
{
	if (place->up != NULL)
		add_place(path, place->up);
	if (place->name.n == 0 && place->up != NULL) {
		add_index(path, place->index);
		return;
	}
	if (place->up != NULL)
		add(path, und_cstr("."));
	add(path, is_plain(place->name) ? place->name : und_cstr("?"));
}

void und_place_tell(struct und_diag *diag, const struct und_place *place)
{
	struct path path = { .n = 0 };

	if (diag == NULL)
		return;
	if (place != NULL)
		add_place(&path, place);
	path.text[path.n] = '\0';
	und_diag_member(diag, path.text);
}
