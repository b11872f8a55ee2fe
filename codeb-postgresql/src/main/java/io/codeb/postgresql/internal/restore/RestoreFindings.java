package io.codeb.postgresql.internal.restore;

import io.codeb.error.Finding;
import io.codeb.error.Finding.Severity;
import io.codeb.model.Cancellation;
import io.codeb.model.Content;
import io.codeb.model.EntryKind;
import io.codeb.model.RestoreMode;
import io.codeb.postgresql.internal.catalog.CollationVersion;
import io.codeb.postgresql.internal.catalog.DatabaseFacts;
import io.codeb.postgresql.internal.catalog.PostgresFacts;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.DumpFacts;
import io.codeb.spi.engine.RestoreInput;
import io.codeb.spi.engine.RestoreSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What a restore finds on the server that does not stop it by itself, but that its caller should know. */
final class RestoreFindings {
    private static final String DEFAULT_TABLESPACE = "pg_default";

    private final DatabaseAdmin admin;
    private final DatabaseTarget target;
    private final RestoreSpec spec;
    private final @Nullable PostgresFacts facts;
    private final RestoreInput input;
    private final Cancellation cancellation;
    private final List<Finding> findings = new ArrayList<>();

    /**
     * Is to look.
     *
     * @param admin speaks to the server
     * @param facts what the engine noted when it made the dump; null for one that CodeB did not write
     */
    RestoreFindings(
            DatabaseAdmin admin,
            DatabaseTarget target,
            RestoreSpec spec,
            @Nullable PostgresFacts facts,
            RestoreInput input,
            Cancellation cancellation) {
        this.admin = admin;
        this.target = target;
        this.spec = spec;
        this.facts = facts;
        this.input = input;
        this.cancellation = cancellation;
    }

    /**
     * Looks.
     *
     * @param live what has the name that is restored to; empty where nothing has
     */
    List<Finding> look(Optional<LiveDatabase> live) {
        live.ifPresent(this::database);
        leftovers();
        if (facts != null) {
            findings.addAll(ExtensionVersions.findings(facts.needs().extensions(), admin.extensionVersions()));
            texts(facts.database(), live);
            space(facts.database());
        }
        return findings;
    }

    private boolean existing() {
        return spec.mode() == RestoreMode.EXISTING;
    }

    private void database(LiveDatabase live) {
        if (live.template() && (spec.mode() == RestoreMode.REPLACING || spec.emptying())) {
            findings.add(new Finding(
                    "target-is-template",
                    Severity.ERROR,
                    "",
                    "",
                    "database " + target.database()
                            + ", which would be replaced or emptied, is a template: what is made of it"
                            + " from then on has what is restored",
                    "ALTER DATABASE … IS_TEMPLATE false makes it an ordinary one; lower(\"target-is-template\", …)"
                            + " replaces it as a template"));
        }
        if (live.clients() > 0) {
            String clients = live.clients() == 1 ? "1 session is" : live.clients() + " sessions are";
            findings.add(new Finding(
                    "target-in-use",
                    Severity.INFO,
                    Long.toString(live.clients()),
                    "",
                    clients + " connected to database " + target.database()
                            + (spec.mode() == RestoreMode.REPLACING
                                    ? ", and will be sent away"
                                    : ", and may hold locks that the restore waits for"),
                    ""));
        }
    }

    private void leftovers() {
        long left = admin.databasesOfRuns().size();
        if (left > 0) {
            findings.add(new Finding(
                    "databases-of-runs",
                    Severity.INFO,
                    Long.toString(left),
                    "",
                    "the server has " + left + " databases that runs have loaded or replaced, and that take room",
                    "databases().list(project) names them; databases().cleanUp(project) drops what is nobody's"));
        }
    }

    private void texts(DatabaseFacts source, Optional<LiveDatabase> live) {
        if (existing()) {
            live.ifPresent(there -> likeness(source, there));
            return;
        }
        if (source.localeProvider().equals("libc") && !admin.knowsLocale(source.collation())) {
            findings.add(new Finding(
                    "locale-unknown",
                    Severity.WARNING,
                    "",
                    source.collation(),
                    "no collation and no database of the server has the locale " + source.collation()
                            + ", so it may not be able to make the database",
                    "install the locale where the server runs; or make the database by hand, and restore"
                            + " intoExisting()"));
        }
        String then = input.entries().stream()
                .filter(entry -> entry.kind() == EntryKind.DUMP || entry.kind() == EntryKind.ARCHIVE)
                .map(entry -> entry.attributes().getOrDefault(CollationVersion.ATTRIBUTE, ""))
                .findFirst()
                .orElse("");
        String now = then.isEmpty() ? "" : admin.collationVersion(source);
        if (!now.isEmpty() && !now.equals(then)) {
            findings.add(new Finding(
                    "collation-version",
                    Severity.WARNING,
                    now,
                    then,
                    "the server sorts texts by version " + now + " of its library, and where the backup was made it"
                            + " was " + then,
                    "look at partitions by ranges of texts and at what relies on an order; indexes are made anew"));
        }
    }

    private void likeness(DatabaseFacts source, LiveDatabase there) {
        if (!there.encoding().equals(source.encoding()) && !there.encoding().equals("UTF8")) {
            findings.add(new Finding(
                    "encoding-differs",
                    Severity.WARNING,
                    there.encoding(),
                    source.encoding(),
                    "database " + target.database() + " keeps texts in " + there.encoding() + ", and the backup is of "
                            + source.encoding() + ": characters that are not in both end the load",
                    "restore into a new database, which gets the encoding of the backup"));
        }
        if (!there.collation().equals(source.collation())) {
            findings.add(new Finding(
                    "collation-differs",
                    Severity.INFO,
                    there.collation(),
                    source.collation(),
                    "database " + target.database() + " sorts texts by " + there.collation()
                            + ", and the one that was backed up by " + source.collation(),
                    ""));
        }
    }

    private void space(DatabaseFacts source) {
        String unknown = unknownNeed(source);
        OptionalLong free = unknown.isEmpty() ? free(source) : OptionalLong.empty();
        if (free.isEmpty()) {
            findings.add(new Finding(
                    "server-space",
                    Severity.INFO,
                    "",
                    source.sizeBytes() > 0 ? bytes(source.sizeBytes()) : "",
                    unknown.isEmpty()
                            ? "nobody can tell how much room the server has: user " + target.user()
                                    + " may not know where its data are, or they are not where its programs run"
                            : unknown,
                    ""));
            return;
        }
        boolean enough = source.sizeBytes() <= free.getAsLong();
        findings.add(new Finding(
                "server-space",
                enough ? Severity.INFO : Severity.ERROR,
                bytes(free.getAsLong()),
                bytes(source.sizeBytes()),
                "the server has " + bytes(free.getAsLong()) + " left where its data are, and the database took "
                        + bytes(source.sizeBytes()) + " where it was backed up",
                enough ? "" : "make room there; lower(\"server-space\", …) where you know that it takes less"));
    }

    private String unknownNeed(DatabaseFacts source) {
        DumpFacts dump = spec.dump();
        boolean whole = dump != null
                && dump.selection().content() == Content.FULL
                && dump.selection().include().isEmpty()
                && dump.selection().exclude().isEmpty();
        return source.sizeBytes() > 0 && whole ? "" : "nobody knows how much room the backup takes on the server";
    }

    private OptionalLong free(DatabaseFacts source) {
        String tablespace = source.properties().tablespace();
        boolean inDefault = tablespace.isEmpty()
                || tablespace.equals(DEFAULT_TABLESPACE)
                || !spec.options().tablespaces();
        return inDefault ? ServerSpace.free(target, admin.directory(), cancellation) : OptionalLong.empty();
    }

    private static String bytes(long count) {
        return count + " bytes";
    }
}
