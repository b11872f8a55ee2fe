package io.codeb.postgresql.internal.dump;

import io.codeb.model.Cancellation;
import io.codeb.model.Content;
import io.codeb.model.DumpMode;
import io.codeb.postgresql.internal.catalog.CollationVersion;
import io.codeb.postgresql.internal.catalog.DumpLimits;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.DumpOutput;
import io.codeb.spi.engine.DumpSpec;
import io.codeb.spi.engine.EntrySpec;
import java.util.ArrayList;
import java.util.List;

/**
 * What all forms of a dump know.
 *
 * @param target which database
 * @param spec what is dumped of it
 * @param limits how the dump gets along with others
 * @param options for pg_dump, as requested and checked
 * @param look what was found before
 * @param output takes the entries
 * @param cancellation ends it early
 */
record DumpJob(
        DatabaseTarget target,
        DumpSpec spec,
        DumpLimits limits,
        List<String> options,
        DumpLook look,
        DumpOutput output,
        Cancellation cancellation) {
    /** Names in UTF-8 whatever the database's encoding; without an encoding nothing can be converted. */
    String encoding() {
        return look.info().database().encoding().equals("SQL_ASCII") ? "SQL_ASCII" : "UTF8";
    }

    /** For pg_dump, whatever it writes. */
    List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of("--no-password", "--encoding=" + encoding()));
        switch (spec.selection().content()) {
            case FULL -> {}
            case SCHEMA_ONLY -> arguments.add("--schema-only");
            case DATA_ONLY -> arguments.add("--data-only");
        }
        arguments.addAll(look.tables().arguments());
        arguments.addAll(options);
        return arguments;
    }

    /** Whether it may be made in whichever mode. */
    boolean isAutomatic() {
        return spec.mode() == DumpMode.AUTOMATIC;
    }

    /** Whether it is noted what the rows add up to. */
    boolean checksums() {
        return spec.checksums() && spec.selection().content() != Content.SCHEMA_ONLY;
    }

    /** Takes the moment of the database for those who read it. */
    SnapshotHolder hold(Cancellation cancelled) {
        return new SnapshotHolder(
                target,
                look.tables(),
                spec.selection().options().contains(DumpOptions.DEFERRABLE),
                limits.lockWait(),
                cancelled);
    }

    /** The same entry, with the version of what has sorted the database's texts. */
    EntrySpec sorted(EntrySpec entry) {
        return look.collationVersion().isEmpty()
                ? entry
                : entry.with(CollationVersion.ATTRIBUTE, look.collationVersion());
    }
}
