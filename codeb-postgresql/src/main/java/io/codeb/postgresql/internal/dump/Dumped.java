package io.codeb.postgresql.internal.dump;

import io.codeb.model.Notice;
import io.codeb.model.TableRows;
import io.codeb.postgresql.internal.catalog.ChecksumList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What has been dumped of a database.
 *
 * @param mode how, in the word that a manifest has for it
 * @param madeBy the version of pg_dump, in its own words
 * @param tables rows by table, in the order of the dump
 * @param checksums what the tables add up to; of none where that was not asked for
 * @param notices what whoever asked for the dump should know
 */
record Dumped(String mode, String madeBy, List<TableRows> tables, ChecksumList checksums, List<Notice> notices) {
    /** The same with one more notice, before the others. */
    Dumped with(Notice notice) {
        return new Dumped(
                mode,
                madeBy,
                tables,
                checksums,
                Stream.concat(Stream.of(notice), notices.stream()).toList());
    }
}
