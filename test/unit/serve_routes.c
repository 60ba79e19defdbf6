/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* serve_routes.c: doc/openapi.json and the server's table of routes say the same */
#include <jansson.h>

#include "tap.h"

#include "serve/serve.h"

static json_t *paths;

static void open_document(void)
{
	json_error_t error;
	json_t *document = json_load_file(UND_OPENAPI, JSON_REJECT_DUPLICATES, &error);

	CHECK(document != NULL);
	STR(json_string_value(json_object_get(document, "openapi")), "3.1.0");
	paths = json_incref(json_object_get(document, "paths"));
	CHECK(paths != NULL);
	json_decref(document);
}

/* "/letters/:slug.letter" as OpenAPI spells it: "/letters/{slug}.letter" */
static void spell(char out[200], const char *pattern)
{
	bool in = false;
	char *p = out;

	for (; *pattern != '\0'; pattern++) {
		if (in && (*pattern == '/' || *pattern == '.')) {
			*p++ = '}';
			in = false;
		}
		if (*pattern == ':') {
			*p++ = '{';
			in = true;
		} else {
			*p++ = *pattern;
		}
	}
	if (in)
		*p++ = '}';
	*p = '\0';
}

static void compare_body(const struct und_serve_route *r, const json_t *operation)
{
	json_t *body = json_object_get(operation, "requestBody"), *content = json_object_get(body, "content");
	size_t n = 0;

	if (r->body_max == 0) {
		CHECK(body == NULL);
		return;
	}
	EQ((size_t)json_integer_value(json_object_get(body, "x-max-bytes")), r->body_max);
	for (; r->types[n] != NULL; n++)
		if (json_object_get(content, r->types[n]) == NULL)
			tap_fail("%s: %s is not told", r->pattern, r->types[n]);
	EQ(json_object_size(content), n);
}

static const json_t *operation_of(const struct und_serve_route *r)
{
	char path[200];

	spell(path, r->pattern);
	return json_object_get(json_object_get(paths, path), r->method);
}

TEST(every_route_is_described_with_what_it_takes)
{
	struct und_serve_route r;
	size_t n = 0;

	open_document();
	for (; und_serve_route(&r, n); n++) {
		const json_t *operation = operation_of(&r);

		tap_checks++;
		if (operation == NULL)
			tap_fail("%s %s is not described", r.method, r.pattern);
		else
			compare_body(&r, operation);
	}
	CHECK(n >= 12);
	json_decref(paths);
}

static bool has_route(const char *path, const char *method)
{
	struct und_serve_route r;
	char spelt[200];

	for (size_t i = 0; und_serve_route(&r, i); i++) {
		spell(spelt, r.pattern);
		if (strcmp(spelt, path) == 0 && strcmp(r.method, method) == 0)
			return true;
	}
	return false;
}

/* Each {name} of the path is described, and no other. */
static void compare_parameters(const char *path, json_t *operation)
{
	json_t *list = json_object_get(operation, "parameters"), *p;
	size_t i, named = 0, told = 0;

	for (const char *c = path; *c != '\0'; c++)
		named += *c == '{';
	json_array_foreach(list, i, p)
		told += strcmp(json_string_value(json_object_get(p, "in")), "path") == 0;
	EQ(named, told);
}

TEST(every_description_is_of_a_route)
{
	const char *path, *method;
	json_t *methods, *operation;

	open_document();
	json_object_foreach(paths, path, methods)
		json_object_foreach(methods, method, operation) {
			tap_checks++;
			if (!has_route(path, method))
				tap_fail("%s %s is no route", method, path);
			compare_parameters(path, operation);
			CHECK(json_object_size(json_object_get(operation, "responses")) != 0);
		}
	CHECK(!has_route("/api/v1/letters/{slug}", "post"));
	json_decref(paths);
}
