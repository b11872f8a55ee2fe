package io.codeb.deploy;

import java.time.Duration;
import java.util.Objects;

/**
 * How migrations have locked a table. Times are those of the longest while without a break.
 *
 * @param strongest the strongest lock that was seen
 * @param held for how long the table was locked like that
 * @param writersBlocked for how long whoever writes to the table would have waited; zero where he would not
 */
public record TableLock(LockMode strongest, Duration held, Duration writersBlocked) {
    /** Takes no null. */
    public TableLock {
        Objects.requireNonNull(strongest, "strongest");
        Objects.requireNonNull(held, "held");
        Objects.requireNonNull(writersBlocked, "writersBlocked");
    }
}
