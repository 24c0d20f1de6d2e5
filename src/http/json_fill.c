/* SPDX-License-Identifier: ISC */
/* Where a value belongs: the objects and arrays open, and their fields. */

#include <assert.h>
#include <string.h>

#include "base/nitems.h"

#include "http/json_value.h"

#include "http/json_fill.h"

/* An object or an array whose fields are being read. */
struct frame {
	const struct json_field *fields;	/* of an object */
	size_t		 nfields;
	uint64_t	 given;			/* a bit for each field */
	const struct json_field *field;		/* being read; or the array's */
	bool		 is_array;
	size_t		 n;			/* items so far */
	size_t		 room;
	void		*base;			/* the struct it fills */
};

struct json_fill {
	struct arena	*arena;
	struct json_faults *faults;
	struct frame	 frame[JSON_DEPTH];	/* the first: the document's */
	size_t		 nframes;
	size_t		 depth;		/* containers open, ignored ones too */
	size_t		 ignored;	/* depth of the one ignored, or 0 */
};

/* Where the first n frames have come to, as a JSON pointer. */
static const char *
make_pointer(struct json_fill *r, size_t n)
{
	const char *pointer = "";

	for (size_t i = 0; i < n; i++) {
		const struct frame *f = &r->frame[i];

		if (f->is_array)
			pointer = arena_printf(r->arena, "%s/%zu", pointer,
			    f->n - 1);
		else
			pointer = arena_printf(r->arena, "%s/%s", pointer,
			    f->field->name);
	}
	return pointer;
}

/* No pointer is made beyond the last fault kept: a body may hold thousands. */
static void
add_fault_at(struct json_fill *r, size_t nframes, const char *detail)
{
	if (r->faults->n < NITEMS(r->faults->fault))
		json_value_fault(r->faults, make_pointer(r, nframes), detail);
}

static void
add_fault(struct json_fill *r, const char *detail)
{
	add_fault_at(r, r->nframes, detail);
}

static void *
find_place(const struct frame *f)
{
	return (char *)f->base + f->field->offset;
}

/* For all items so far, wrong ones too, up to what the field allows. */
static void
make_room(struct json_fill *r, struct frame *f)
{
	size_t had = f->room, size = sizeof(char *);
	struct json_objects *objects = find_place(f);
	struct json_texts *texts = find_place(f);

	while (f->room == 0 || f->room < f->n)
		f->room = f->room == 0 ? 4 : 2 * f->room;
	if (f->room > f->field->most)
		f->room = f->field->most;
	if (f->room == had)
		return;
	if (f->field->type == JSON_TEXTS) {
		texts->item = arena_grow(r->arena, texts->item, had * size,
		    f->room * size);
		return;
	}
	size = f->field->size;
	objects->item = arena_grow(r->arena, objects->item, had * size,
	    f->room * size);
}

static void
take_text_item(struct json_fill *r, struct frame *f, enum json_kind kind,
    const char *text, size_t n)
{
	struct json_texts *texts = find_place(f);
	const char *fault;

	make_room(r, f);
	texts->n = f->n;
	fault = json_value_item(r->arena, f->field, &texts->item[f->n - 1],
	    kind, text, n);
	if (fault != NULL)
		add_fault(r, fault);
}

/* The struct for the next object of an array, or NULL when it is none. */
static void *
take_object_item(struct json_fill *r, struct frame *f, enum json_kind kind)
{
	struct json_objects *objects = find_place(f);

	if (kind != JSON_KIND_OBJECT) {
		add_fault(r, "must be an object");
		return NULL;
	}
	make_room(r, f);
	objects->n = f->n;
	return (char *)objects->item + (f->n - 1) * f->field->size;
}

/*
 * A value has come.  If it is an object or an array that a field wants, true
 * with the struct that its own fields fill.
 */
static bool
take_value(struct json_fill *r, enum json_kind kind, const char *text, size_t n,
    void **base)
{
	struct frame *f = &r->frame[r->nframes - 1];
	const char *fault;

	if (f->field == NULL)
		return false;
	*base = f->base;
	if (!f->is_array) {
		json_value_seen(f->field, f->base);
		fault = json_value_set(r->arena, f->field, f->base, kind,
		    text, n);
		if (fault != NULL)
			add_fault(r, fault);
		return fault == NULL;
	}
	f->n++;
	if (f->n > f->field->most) {
		if (f->n == f->field->most + 1)
			add_fault_at(r, r->nframes - 1, "has too many items");
		return false;
	}
	if (f->field->type == JSON_TEXTS) {
		take_text_item(r, f, kind, text, n);
		return false;
	}
	*base = take_object_item(r, f, kind);
	return *base != NULL;
}

static void
push_object(struct json_fill *r, void *base, const struct json_field *fields,
    size_t nfields)
{
	assert(nfields <= 64);
	r->frame[r->nframes++] = (struct frame){
		.base = base, .fields = fields, .nfields = nfields,
	};
}

/* Room is made for none, too: an empty array is not absent. */
static void
push_array(struct json_fill *r, void *base, const struct json_field *field)
{
	struct frame *f = &r->frame[r->nframes++];

	*f = (struct frame){ .base = base, .field = field, .is_array = true };
	make_room(r, f);
}

struct json_fill *
json_fill_new(struct arena *arena, const struct json_field *fields,
    size_t nfields, void *out, struct json_faults *faults)
{
	struct json_fill *r = arena_alloc(arena, sizeof(*r));

	r->arena = arena;
	r->faults = faults;
	push_object(r, out, fields, nfields);
	return r;
}

bool
json_fill_scalar(struct json_fill *r, enum json_kind kind, const char *text,
    size_t n)
{
	void *base;

	if (r->depth == 0)
		return false;
	if (r->ignored == 0)
		(void)take_value(r, kind, text, n, &base);
	return true;
}

/* The frame of a container that take_value wants read. */
static void
open_frame(struct json_fill *r, enum json_kind kind, void *base)
{
	const struct json_field *field = r->frame[r->nframes - 1].field;

	if (kind == JSON_KIND_OBJECT)
		push_object(r, base, field->fields, field->nfields);
	else
		push_array(r, base, field);
}

bool
json_fill_open(struct json_fill *r, enum json_kind kind)
{
	void *base;

	if (r->depth == JSON_DEPTH)
		return false;
	if (r->depth == 0 && kind != JSON_KIND_OBJECT)
		return false;
	r->depth++;
	if (r->depth == 1 || r->ignored != 0)
		return true;
	if (take_value(r, kind, NULL, 0, &base))
		open_frame(r, kind, base);
	else
		r->ignored = r->depth;
	return true;
}

static size_t
find_field(const struct frame *f, const char *name, size_t n)
{
	size_t i = 0;

	while (i < f->nfields && (strlen(f->fields[i].name) != n ||
	    memcmp(f->fields[i].name, name, n) != 0))
		i++;
	return i;
}

void
json_fill_key(struct json_fill *r, const char *name, size_t n)
{
	struct frame *f = &r->frame[r->nframes - 1];
	size_t i;

	if (r->ignored != 0)
		return;
	i = find_field(f, name, n);
	f->field = NULL;
	if (i == f->nfields) {
		add_fault_at(r, r->nframes - 1,
		    "has a member that is not known");
		return;
	}
	f->field = &f->fields[i];
	if ((f->given >> i & 1) != 0) {
		add_fault(r, "is given twice");
		f->field = NULL;
	}
	f->given |= UINT64_C(1) << i;
}

static void
require_fields(struct json_fill *r)
{
	struct frame *f = &r->frame[r->nframes - 1];

	for (size_t i = 0; i < f->nfields; i++)
		if (f->fields[i].required && (f->given >> i & 1) == 0) {
			f->field = &f->fields[i];
			add_fault(r, "is required");
		}
}

void
json_fill_close(struct json_fill *r)
{
	if (r->ignored == 0) {
		require_fields(r);
		r->nframes--;
	} else if (r->ignored == r->depth) {
		r->ignored = 0;
	}
	r->depth--;
}
