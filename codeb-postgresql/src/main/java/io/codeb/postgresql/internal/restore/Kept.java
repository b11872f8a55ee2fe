package io.codeb.postgresql.internal.restore;

import static io.codeb.postgresql.internal.script.SqlText.identifier;
import static io.codeb.postgresql.internal.script.SqlText.literal;

import io.codeb.error.CodeBException;
import io.codeb.model.Notice;
import io.codeb.model.ReplacedDatabase;
import io.codeb.postgresql.internal.program.RunMarks;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A database that was replaced and is kept. What is known of it stands in its comment, before the one that it had: in a
 * line {@code codeb-kept at=… until=… of=…}, with times in UTC by the server's clock and the name as in a URL. So it is
 * written in the transaction that changes the names, and goes where the database goes.
 *
 * @param facts what is told of it
 * @param trusted whether it belongs to the owner of what has its name now, to the user, or to a superuser
 * @param expired whether its time is over
 */
record Kept(ReplacedDatabase facts, boolean trusted, boolean expired) {
    private static final Pattern MARK = Pattern.compile("codeb-kept at=(\\S+) until=(\\S+) of=(\\S+)");

    private static final String TIME = "'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'";

    /** The comment of the database {@code d}; null where there is none. */
    private static final String COMMENT = "pg_catalog.shobj_description(d.oid, 'pg_database')";

    /** The first line of the comment of the database {@code d}. */
    static final String FIRST_LINE = "pg_catalog.left(pg_catalog.split_part(" + COMMENT + ", E'\\n', 1), 1000)";

    /**
     * Reads what a database's comment begins with.
     *
     * @param keptAs the database's name
     * @param line the first line of its comment
     * @return nothing where it is not one that is kept
     */
    static Optional<Kept> of(String keptAs, String line, boolean trusted, Instant now) {
        Matcher mark = MARK.matcher(line);
        Optional<String> run = RunMarks.runOfDatabase(keptAs);
        if (!keptAs.startsWith(RunMarks.RETIRED) || run.isEmpty() || !mark.matches()) {
            return Optional.empty();
        }
        try {
            Instant until = Instant.parse(mark.group(2));
            String database = URLDecoder.decode(mark.group(3), StandardCharsets.UTF_8);
            ReplacedDatabase facts =
                    new ReplacedDatabase(database, keptAs, run.get(), Instant.parse(mark.group(1)), until);
            return Optional.of(new Kept(facts, trusted, now.isAfter(until)));
        } catch (DateTimeParseException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * Tells that a database is kept of which no more can be said.
     *
     * @param keptAs its name
     * @param why it could not be looked at
     */
    static Notice unseen(String keptAs, CodeBException why) {
        return new Notice(
                "kept-unseen",
                "the database that was replaced is kept as " + keptAs + ", but could not be looked at: "
                        + why.getMessage());
    }

    /**
     * Marks a database.
     *
     * @param keptAs its name
     * @param database the name that it had
     * @param time for how long it is kept
     * @return a statement for psql
     */
    static String mark(String keptAs, String database, Duration time) {
        String of = " of=" + URLEncoder.encode(database, StandardCharsets.UTF_8);
        String line = "'codeb-kept at=' || " + at("0") + " || ' until=' || " + at(String.valueOf(time.toSeconds()))
                + " || " + literal(of);
        return comment(keptAs, "pg_catalog.concat_ws(E'\\n', " + line + ", " + COMMENT + ")");
    }

    private static String at(String seconds) {
        return "pg_catalog.to_char(pg_catalog.statement_timestamp() AT TIME ZONE 'UTC' + " + seconds
                + " * interval '1 second', " + TIME + ")";
    }

    /**
     * Gives a database the comment back that it had.
     *
     * @param database its name
     * @return a statement for psql
     */
    static String unmark(String database) {
        return comment(
                database,
                "CASE WHEN pg_catalog.strpos(" + COMMENT + ", E'\\n') > 0 THEN pg_catalog.substr(" + COMMENT
                        + ", pg_catalog.strpos(" + COMMENT + ", E'\\n') + 1) END");
    }

    private static String comment(String database, String text) {
        return "SELECT pg_catalog.format('COMMENT ON DATABASE %s IS %L', " + literal(identifier(database)) + ", " + text
                + ") FROM pg_catalog.pg_database d WHERE d.datname = " + literal(database) + " \\gexec";
    }
}
