package io.codeb.postgresql.internal.program;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What tells, on a server, which run something is a part of. */
public final class RunMarks {
    /** What every session's application_name begins with. */
    public static final String SESSION = "codeb";

    /** What the name of a database begins with that a run is filling. */
    public static final String SHADOW = "codeb_new_";

    /** What the name of a database begins with that a run has replaced. */
    public static final String RETIRED = "codeb_old_";

    private static final Pattern RUN_OF_SESSION = Pattern.compile(SESSION + "-(.+)");
    private static final Pattern RUN_OF_DATABASE = Pattern.compile("(?:" + SHADOW + "|" + RETIRED + ")(.+)");

    private RunMarks() {}

    /** The application_name of a run's sessions. */
    public static String session(@Nullable String run) {
        return run == null ? SESSION : SESSION + "-" + run;
    }

    /** A run's own word for databases: nobody else's, also where the run has no id. */
    public static String word(@Nullable String run) {
        return run == null ? UUID.randomUUID().toString() : run;
    }

    /** Which run a session is a part of. */
    public static Optional<String> runOfSession(String applicationName) {
        return run(RUN_OF_SESSION.matcher(applicationName));
    }

    /** Which run has made a database. */
    public static Optional<String> runOfDatabase(String name) {
        return run(RUN_OF_DATABASE.matcher(name));
    }

    private static Optional<String> run(Matcher matcher) {
        return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }
}
