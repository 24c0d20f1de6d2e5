/* SPDX-License-Identifier: ISC */
#ifndef AUTH_NAME_H
#define AUTH_NAME_H

/*
 * What may name somebody or something.  Each function returns NULL, or why the
 * text is refused, for people ("must …").
 */

/*
 * An e-mail address as mailers take it: a local part of RFC 5321 atoms (plus
 * signs kept, quoted forms not taken), a domain of letters, digits, hyphens
 * and underscores.  No mailbox need exist.
 */
const char	*name_email_fault(const char *);

/* 1 to 254 printable ASCII characters without blanks or colons. */
const char	*name_username_fault(const char *);

/*
 * Groups of lower-case letters and digits joined by hyphens, 1 to 50, not of
 * UUID shape: a path tells ids from handles by that.
 */
const char	*name_handle_fault(const char *);

/* An account's legacy id: 1 to 64 of [A-Za-z0-9._-], not of UUID shape. */
const char	*name_legacy_id_fault(const char *);

/* A text for people: no control characters. */
const char	*name_text_fault(const char *);

#endif
