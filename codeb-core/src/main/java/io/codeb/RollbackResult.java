package io.codeb;

import io.codeb.model.Notice;
import io.codeb.model.ReplacedDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A database that was put back.
 *
 * @param project on whose server
 * @param database its name
 * @param restored what is live again, as it was kept
 * @param replaced what was live before, and is kept now; empty where nothing was
 * @param notices what did not stop it and the caller should know, in the order of its happening
 * @param duration how long it took
 */
public record RollbackResult(
        String project,
        String database,
        ReplacedDatabase restored,
        Optional<ReplacedDatabase> replaced,
        List<Notice> notices,
        Duration duration) {
    /** Copies the list. */
    public RollbackResult {
        notices = List.copyOf(notices);
    }
}
