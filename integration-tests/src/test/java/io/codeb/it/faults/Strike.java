package io.codeb.it.faults;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** Strikes at an operation that is where it is to be struck. */
final class Strike {
    private static final long A_LOOK_MILLIS = 20;
    private static final Duration LONGEST_WAIT_FOR_A_LOCK = Duration.ofMillis(2500);

    private static final String DATABASES = "LOCK TABLE pg_catalog.pg_database IN SHARE MODE";

    private final Site site;
    private final Fault fault;
    private final OperatorProcess operator;

    Strike(Site site, Fault fault, OperatorProcess operator) {
        this.site = site;
        this.fault = fault;
        this.operator = operator;
    }

    /** Does it. Whether there was something to strike; of what is felt later nobody knows that yet. */
    boolean strikes() {
        if (fault.kind().isCut()) {
            return true;
        }
        if (!fault.waiting() && operator.hasEndedWithin(fault.afterMillis())) {
            return false;
        }
        boolean hit =
                switch (fault.kind()) {
                    case KILL_PROCESS -> done(operator::kill);
                    case KILL_PROGRAM -> site.killPrograms();
                    case KILL_BACKEND -> killBackend();
                    case KILL_SERVER -> done(site::killServer);
                    case KILL_CONTAINER -> done(site::killContainer);
                    case KILL_SERVICE -> done(site::killService);
                    case FILL_DISK -> done(site::fillDisk);
                    case LOCK -> lock();
                    case CHANGE_PASSWORD -> done(() -> alterUser("PASSWORD 'another'"));
                    case TAKE_RIGHT -> done(() -> alterUser("NOCREATEDB"));
                    case CUT_COMMANDS, LOSE_COMMANDS, CUT_STORAGE, LOSE_STORAGE ->
                        throw new IllegalStateException("the operation does that itself");
                };
        operator.goOn();
        if (fault.kind() == Kind.KILL_SERVER || fault.kind() == Kind.KILL_CONTAINER) {
            site.startAgain();
        }
        return hit;
    }

    private static boolean done(Runnable strike) {
        strike.run();
        return true;
    }

    private void alterUser(String what) {
        site.eyes().rows("postgres", "ALTER ROLE " + Access.USER + " " + what);
    }

    private boolean killBackend() {
        List<String> backends = site.eyes()
                .rows(
                        "postgres",
                        "SELECT pid FROM pg_stat_activity WHERE usename = '" + Access.USER
                                + "' ORDER BY backend_start DESC");
        backends.stream().limit(1).forEach(site::killBackend);
        return !backends.isEmpty();
    }

    /** Somebody holds a lock until the operation has waited for it for a while, or ends. Whether it has waited. */
    private boolean lock() {
        try (Connection holder = site.eyes().connect(whereLocked())) {
            holder.setAutoCommit(false);
            Eyes.rows(holder, "SET lock_timeout = '1s'");
            Eyes.rows(holder, statement());
            operator.goOn();
            boolean waited = false;
            long left = (long) (fault.variant() * LONGEST_WAIT_FOR_A_LOCK.toMillis());
            while (left > 0 && !operator.hasEndedWithin(A_LOOK_MILLIS)) {
                waited |= !Eyes.rows(holder, "SELECT 1 FROM pg_locks WHERE NOT granted")
                        .isEmpty();
                left -= waited ? A_LOOK_MILLIS : 0;
            }
            return waited;
        } catch (SQLException e) {
            // Somebody else had one that is in the way of this, or the holder was sent away.
            return false;
        }
    }

    /** Where nobody is sent away by the operation. */
    private String whereLocked() {
        return switch (fault.operation()) {
            case BACKUP -> Operation.LIVE;
            case FILL -> Operation.EMPTY;
            case REPLACE, CREATE, IMPORT, ROLL_BACK, RECOVER -> "postgres";
        };
    }

    /** Takes a lock that the operation needs. */
    private String statement() {
        return switch (fault.operation()) {
            case BACKUP -> "LOCK TABLE sale IN ACCESS EXCLUSIVE MODE";
            case FILL -> "LOCK TABLE pg_catalog.pg_class IN SHARE MODE";
            case REPLACE, ROLL_BACK -> fault.variant() * 1000 % 2 < 1 ? "COMMENT ON DATABASE app IS 'held'" : DATABASES;
            case CREATE, IMPORT, RECOVER -> DATABASES;
        };
    }
}
