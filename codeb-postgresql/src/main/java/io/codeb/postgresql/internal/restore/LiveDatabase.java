package io.codeb.postgresql.internal.restore;

/**
 * What has the name that a restore is to.
 *
 * @param template whether it is a template
 * @param encoding how its texts are kept
 * @param collation order of text
 * @param owner whose it is
 * @param owned whether the user may do what its owner may
 * @param clients how many are connected to it
 */
record LiveDatabase(boolean template, String encoding, String collation, String owner, boolean owned, long clients) {}
