/* SPDX-License-Identifier: ISC */
#ifndef HTTP_JSON_H
#define HTTP_JSON_H

/*
 * JSON in: an object into a struct, by a table of its members, on yajl's
 * streaming parser.  JSON out: a writer that cannot produce malformed text.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* -- reading ------------------------------------------------------------- */

#define JSON_DEPTH	16

enum json_type {
	JSON_TEXT,	/* const char *; min and max count characters */
	JSON_BOOL,	/* bool */
	JSON_INTEGER,	/* int64_t, between min and max */
	JSON_TIME,	/* int64_t, ms, never 0; see base/clock.h */
	JSON_TEXTS,	/* struct json_texts; min, max of each text */
	JSON_OBJECT,	/* members land in the same struct */
	JSON_OBJECTS,	/* struct json_objects: an array of objects */
};

struct json_texts {
	const char	**item;		/* NULL: absent or null, not [] */
	size_t		 n;
};

struct json_objects {
	void		*item;		/* n structs of the field's size; */
	size_t		 n;		/* NULL as above */
};

struct json_field {
	const char	*name;
	enum json_type	 type;
	size_t		 offset;	/* of the value in the struct */
	int64_t		 min, max;
	bool		 required;
	bool		 nullable;	/* null counts as given, value zero */
	size_t		 seen;		/* offset + 1 of a bool: given */

	/* JSON_OBJECT, JSON_OBJECTS */
	const struct json_field *fields;
	size_t		 nfields;
	size_t		 size;		/* JSON_OBJECTS: of one item's struct */
	size_t		 most;		/* JSON_TEXTS, JSON_OBJECTS: items */
};

#define JSON_FIELD(type_, struct_, ...)					\
	JSON_FIELD_(type_, struct_, __VA_ARGS__, )
#define JSON_FIELD_(type_, struct_, member_, ...)			\
	{ .name = #member_, .type = JSON_##type_,			\
	  .offset = offsetof(struct_, member_), __VA_ARGS__ }
#define JSON_SEEN(struct_, member_)					\
	.seen = offsetof(struct_, member_) + 1

struct json_faults {
	struct {
		const char *pointer;	/* in the arena; "" is the document */
		const char *detail;	/* static: "is required", … */
	}		 fault[8];
	size_t		 n;
};

enum json_result {
	JSON_OK,
	JSON_MALFORMED,	/* not one JSON object in strict UTF-8, or too deep */
	JSON_INVALID,	/* faults says which members and why */
};

/*
 * Members that are unknown, repeated, of another type, out of bounds, or that
 * are missing though required are faults; escapes of NUL and of unpaired
 * surrogates anywhere make the document malformed.  The struct must be zeroed;
 * what is absent stays so.  A document that is not wholly understood leaves no
 * half-read values that a caller may use: only JSON_OK counts.
 */
enum json_result json_read(struct arena *, const char *text, size_t n,
		    const struct json_field *, size_t nfields, void *out,
		    struct json_faults *);

/*
 * The same table filled from a form: texts by name; booleans as true or
 * false; numbers and times as text; arrays and objects cannot be given.
 */
struct query;
enum json_result json_read_form(struct arena *, const struct query *,
		    const struct json_field *, size_t nfields, void *out,
		    struct json_faults *);

/* -- writing ------------------------------------------------------------- */

struct json;
struct uuid;

/*
 * A writer into the arena.  Members of an object need a key, a word without
 * anything to escape; items of an array must have NULL.  Broken nesting,
 * invalid UTF-8 and a text longer than the arena are our bugs: they abort.
 */
struct json	*json_new(struct arena *);
void		 json_object(struct json *, const char *key);
void		 json_array(struct json *, const char *key);
void		 json_end(struct json *);	/* of the innermost one open */
void		 json_text(struct json *, const char *key, const char *);

/* A text in which nothing needs an escape. */
void		 json_plain(struct json *, const char *key, const char *);
void		 json_integer(struct json *, const char *key, int64_t);
void		 json_bool(struct json *, const char *key, bool);
void		 json_null(struct json *, const char *key);
void		 json_uuid(struct json *, const char *key, const struct uuid *);
void		 json_time(struct json *, const char *key, int64_t ms);

/* A time with six decimals, the last three of them zero. */
void		 json_micros(struct json *, const char *key, int64_t ms);

/* A text made by printf. */
void		 json_format(struct json *, const char *key,
		    const char *format, ...)
		    __attribute__((format(printf, 3, 4)));

/* As above, and null for NULL or for zero. */
void		 json_text_or_null(struct json *, const char *key,
		    const char *);
void		 json_time_or_null(struct json *, const char *key, int64_t ms);

/* An object that was kept as a text; null should it be none any more. */
void		 json_document(struct json *, const char *key,
		    const char *text);

/* Forget everything written. */
void		 json_reset(struct json *);

/* The text so far; complete when nothing is open. */
const char	*json_done(struct json *, size_t *n);

#endif
