/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* vector_file.h: one file of known answers (of test/vectors), loaded once: define UND_VECTOR_FILE, then include */
#ifndef UND_TEST_VECTOR_FILE_H
#define UND_TEST_VECTOR_FILE_H

#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

static json_t *vectors;

/* The whole file. sodium_init has run after it. */
static json_t *vector_file(void)
{
	char path[4096];

	if (vectors != NULL)
		return vectors;
	if (sodium_init() < 0)
		abort();
	snprintf(path, sizeof path, "%s/%s", getenv("UND_VECTORS"), UND_VECTOR_FILE);
	vectors = json_load_file(path, 0, NULL);
	return vectors;
}

/* A section of it: never an empty one, for then nothing would be tested. */
__attribute__((unused)) static json_t *section(const char *name)
{
	json_t *list = json_object_get(vector_file(), name);

	if (json_array_size(list) == 0) {
		printf("Bail out! no %s in %s\n", name, UND_VECTOR_FILE);
		exit(1);
	}
	return list;
}

__attribute__((destructor)) static void unload(void)
{
	json_decref(vectors);
}

/* A member of a row that must be a string. */
static const char *text(json_t *row, const char *name)
{
	const char *s = json_string_value(json_object_get(row, name));

	if (s == NULL)
		abort();
	return s;
}

#endif
