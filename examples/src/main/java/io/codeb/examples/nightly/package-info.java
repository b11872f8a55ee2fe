/** A process that backs a database up each night, deletes old backups, and tells people what goes wrong. */
@NullMarked
package io.codeb.examples.nightly;

import org.jspecify.annotations.NullMarked;
